use demarche::{actors::Gazetteer, segment::Segmentation};
use std::io::BufRead;
use std::time::Instant;
fn main() {
    let t = Instant::now();
    let g = Gazetteer::shipped().unwrap();
    eprintln!("build {:?}", t.elapsed());
    let rows: Vec<(String, Option<demarche::document::PartialDate>)> = std::io::stdin().lock().lines().map(|line| {
        let row: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        (row["text"].as_str().unwrap().to_owned(), row["date"].as_str().and_then(|d| d.parse().ok()))
    }).collect();
    let segs: Vec<_> = rows.iter().map(|r| Segmentation::of(&r.0)).collect();
    let bytes: usize = rows.iter().map(|r| r.0.len()).sum();
    for _ in 0..5 {
        let t = Instant::now();
        let mut n = 0;
        for (r, s) in rows.iter().zip(&segs) { n += g.mentions(&r.0, s, r.1, None).len(); }
        let e = t.elapsed().as_secs_f64();
        eprintln!("{n} mentions {:.1} MB/s", bytes as f64 / e / 1e6);
    }
}
