//! The configuration of the base, with the central rules that it extends, and where an acceptance has to be.

use super::{Base, Failure, gate, lfs, notice};
use crate::github::api::Content;
use crate::github::code_owners;
use crate::report::comment::Accepting;
use crate::report::printable;
use crate::settings::extends::{self, ExtendsError, Rules};
use crate::settings::file::read::ConfigFile;
use crate::settings::file::{ConfigError, DEFAULT_NAME, Side, Text};
use crate::settings::table::Config;
use anyhow::anyhow;
use std::path::Path;

impl Base<'_> {
    /// The configuration that is named, under the central rules that the base's own extends, even where the base has no such file.
    pub(super) fn config(&self, path: &Path) -> Result<Option<ConfigFile>, Failure> {
        let named = self.config_alone(path)?;
        let default = Path::new(DEFAULT_NAME);
        let has_rules = named.as_ref().is_some_and(|file| file.rules.is_some());
        let is_nowhere = named.is_none() && !path.exists();
        if has_rules || is_nowhere || self.checkout.place(path) == self.checkout.place(default) {
            return Ok(named);
        }
        let Some(default) = self
            .config_alone(default)?
            .filter(|file| file.rules.is_some())
        else {
            return Ok(named);
        };
        let named = named.unwrap_or_else(|| ConfigFile {
            path: path.to_owned(),
            config: Config::default(),
            rules: None,
        });
        let file = named.under(Some(default)).map_err(|error| {
            let hint = error.hint();
            Failure::usage(error, Some(hint))
        })?;
        Ok(Some(file))
    }

    fn config_alone(&self, path: &Path) -> Result<Option<ConfigFile>, Failure> {
        let Some(place) = self.checkout.place(path) else {
            return gate::configured(Some(path));
        };
        let bytes = match self.content(&place)? {
            Some(Content::File(bytes)) if lfs::is_pointer(&bytes) => {
                return Err(lfs::refused(&place));
            }
            Some(Content::File(bytes)) => bytes,
            None => return Ok(None),
            Some(Content::Folder(_) | Content::Other(_)) => {
                return Err(Failure::usage(
                    anyhow!("`{place}` is no file at the base of this change"),
                    Some("give the path of a file to `config`".to_owned()),
                ));
            }
        };
        let config = parsed(&bytes, &place)?;
        let (config, rules) = match &config.extends {
            Some(extends) => {
                let (config, rules) = self.extended(path, &place, &extends.clone(), config)?;
                (config, Some(rules))
            }
            None => (config, None),
        };
        Ok(Some(ConfigFile {
            path: path.to_owned(),
            config,
            rules,
        }))
    }

    /// A configuration of the base with the central rules that it extends, as they are at the base.
    fn extended(
        &self,
        path: &Path,
        place: &str,
        extends: &Text,
        config: Config,
    ) -> Result<(Config, Rules), Failure> {
        let central = extends::place(path, extends);
        let bytes = match self.checkout.place(&central) {
            Some(central) => match self.content(&central)? {
                Some(Content::File(bytes)) => Some(bytes),
                Some(Content::Folder(_) | Content::Other(_)) | None => None,
            },
            None => None,
        };
        let shown = central.display().to_string();
        let bytes = bytes.ok_or_else(|| {
            Failure::usage(
                anyhow!("`{place}` extends `{shown}`, which is no file at the base of this change"),
                Some(
                    "give `extends` the path of a file, from the folder of the configuration"
                        .to_owned(),
                ),
            )
        })?;
        let rules = parsed(&bytes, &shown)?;
        let both = extends::extended(&rules, config, place, &shown).map_err(|error| {
            let hint = error.hint();
            Failure::usage(error, Some(hint))
        })?;
        let rules = Rules {
            path: central,
            config: rules,
        };
        Ok((both, rules))
    }

    /// Where an acceptance has to be for it to hold. What the change itself accepts holds where the base says so and somebody has to
    /// be asked about the file: else whoever wants more would say yes alone.
    pub(super) fn accepting(&self, path: &Path, base: &Config) -> Result<Accepting, Failure> {
        if base.accept_from != Some(Side::Head) {
            return Ok(Accepting::OnBase);
        }
        let Some(file) = self.checkout.place(path) else {
            return Ok(Accepting::OnBase);
        };
        for place in code_owners::PLACES {
            if let Some(Content::File(text)) = self.content(place)? {
                let owners = code_owners::owners(&String::from_utf8_lossy(&text), &file);
                if owners.is_empty() {
                    break;
                }
                return Ok(Accepting::Here);
            }
        }
        notice(&format!(
            "`accept-from: head` does not hold: nobody owns `{}` by the `CODEOWNERS` of the base, so that whoever opens a pull request could \
             accept anything alone. The base's own `accept` counts.",
            printable(&file)
        ));
        Ok(Accepting::OnBaseForWantOfOwner)
    }
}

fn parsed(bytes: &[u8], place: &str) -> Result<Config, Failure> {
    Config::parse(&String::from_utf8_lossy(bytes), place).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, Some(hint))
    })
}

/// Whether a configuration is there and what it says is wrong, in itself or by the central rules that it extends. To name a
/// configuration that loosens the rules of another is no such fault: the defaults would get around the rules too.
pub(super) fn is_of_the_text(failure: &Failure) -> bool {
    let of_rules = failure.error.downcast_ref::<ExtendsError>();
    failure.error.is::<ConfigError>()
        || of_rules.is_some_and(|error| !matches!(error, ExtendsError::Given { .. }))
}
