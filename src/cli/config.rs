//! `--config FILE`: options from a TOML file, placed before those of the command line.

use anyhow::{Context, Result, bail};
use clap::Command;
use std::{ffi::OsString, path::Path};

/// The arguments with those of the configuration file, if one is named, put in after the verb.
pub(super) fn with_config(arguments: Vec<OsString>, command: &Command) -> Result<Vec<OsString>> {
    let Some(path) = config_path(&arguments) else { return Ok(arguments) };
    let path = Path::new(&path);
    let text = std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let table: toml::Table = text.parse().map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    let Some(at) = arguments.iter().position(|argument| command.find_subcommand(argument).is_some()) else {
        return Ok(arguments);
    };
    let Some(verb) = command.find_subcommand(&arguments[at]) else { return Ok(arguments) };
    let mut added = Vec::new();
    for (key, value) in &table {
        match value {
            toml::Value::Table(own) if command.find_subcommand(key).is_some() => {
                if key == verb.get_name() {
                    for (key, value) in own {
                        if !takes(verb, command, key) {
                            bail!(
                                "{}: [{}] has the key `{key}`, but `demarche {}` has no option --{key}",
                                path.display(),
                                verb.get_name(),
                                verb.get_name()
                            );
                        }
                        push(&mut added, &arguments, path, key, value)?;
                    }
                }
            }
            toml::Value::Table(_) => bail!("{}: there is no verb `{key}`", path.display()),
            _ if takes(verb, command, key) => push(&mut added, &arguments, path, key, value)?,
            _ if command.get_subcommands().any(|other| takes(other, command, key)) => {}
            _ => bail!("{}: no verb has an option --{key}", path.display()),
        }
    }
    let mut all = arguments;
    let rest = all.split_off(at + 1);
    all.extend(added);
    all.extend(rest);
    Ok(all)
}

fn config_path(arguments: &[OsString]) -> Option<OsString> {
    for (index, argument) in arguments.iter().enumerate() {
        if argument == "--" {
            return None;
        }
        if argument == "--config" {
            return arguments.get(index + 1).cloned();
        }
        if let Some(path) = argument.to_str().and_then(|text| text.strip_prefix("--config=")) {
            return Some(path.into());
        }
    }
    None
}

fn takes(verb: &Command, command: &Command, key: &str) -> bool {
    verb.get_arguments()
        .chain(command.get_arguments())
        .any(|argument| argument.get_long() == Some(key) && key != "config")
}

/// Adds an option unless the command line has it.
fn push(added: &mut Vec<OsString>, given: &[OsString], path: &Path, key: &str, value: &toml::Value) -> Result<()> {
    let flag = format!("--{key}");
    let has = |argument: &OsString| {
        argument.to_str().is_some_and(|text| text == flag || text.starts_with(&format!("{flag}=")))
    };
    let short = match key {
        "output" => Some("-o"),
        "quiet" => Some("-q"),
        "verbose" => Some("-v"),
        _ => None,
    };
    if given.iter().any(|argument| has(argument) || short.is_some_and(|short| argument == short)) {
        return Ok(());
    }
    match value {
        toml::Value::Boolean(true) => added.push(flag.into()),
        toml::Value::Boolean(false) => {}
        toml::Value::String(text) => added.push(format!("{flag}={text}").into()),
        toml::Value::Integer(number) => added.push(format!("{flag}={number}").into()),
        toml::Value::Float(number) => added.push(format!("{flag}={number}").into()),
        _ => bail!("{}: `{key}` must be a string, a number, true or false", path.display()),
    }
    Ok(())
}
