use demarche::{actors::Gazetteer, segment::Segmentation};
use std::io::{BufRead, Write};
fn main() {
    let g = Gazetteer::shipped().unwrap();
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for line in std::io::stdin().lock().lines() {
        let row: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = row["text"].as_str().unwrap();
        let date = row["date"].as_str().and_then(|d| d.parse().ok());
        for m in g.mentions(text, &Segmentation::of(text), date, None) {
            let id = m.actor.map_or("?".to_owned(), |a| g.actor(a).id.to_string());
            writeln!(out, "{}\t{}\t{}\t{id}\t{:?}\t{:?}\t{:?}\t{:?}\t{}\t{}", row["id"].as_str().unwrap_or("-"), m.span.start, m.span.of(text).replace(['\n','\t'], " "), m.kind, m.rule, m.role, m.person, m.former, m.possessive).unwrap();
        }
    }
}
