//! The configuration's file.

use super::{ConfigError, DEFAULT_NAME, MAX_BYTES};
use crate::settings::extends::{ExtendsError, Rules, extended, place};
use crate::settings::table::Config;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// A configuration that cannot be had from its file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFileError {
    /// It cannot be opened or read.
    #[error("cannot read the configuration `{}`", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is not UTF-8.
    #[error("the configuration `{}` is not UTF-8 text", path.display())]
    NotText {
        /// The path.
        path: PathBuf,
    },
    /// Its text is wrong.
    #[error(transparent)]
    Wrong(#[from] ConfigError),
    /// It loosens the rules that it extends.
    #[error(transparent)]
    Loosens(#[from] ExtendsError),
}

impl ConfigFileError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unreadable { .. } => format!(
                "check the path given to --config; without it, {DEFAULT_NAME} in the current folder is read if it is there"
            ),
            Self::NotText { .. } => "save the file as UTF-8".to_owned(),
            Self::Wrong(error) => error.hint(),
            Self::Loosens(error) => error.hint(),
        }
    }
}

/// A configuration and the file it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// The path as given.
    pub path: PathBuf,
    /// What it says.
    pub config: Config,
    /// The central rules that it extends.
    pub rules: Option<Rules>,
}

impl ConfigFile {
    /// The same under the central rules of the configuration of the default name, if it extends none itself: to name another file
    /// does not get around them.
    ///
    /// # Errors
    ///
    /// When it would let more pass than the rules.
    pub fn under(self, default: Option<Self>) -> Result<Self, ExtendsError> {
        let rules = default.and_then(|file| file.rules);
        match rules.filter(|_| self.rules.is_none()) {
            Some(rules) => Ok(Self {
                config: rules.over(self.config)?,
                rules: Some(rules),
                ..self
            }),
            None => Ok(self),
        }
    }
}

/// The configuration that is named, or else the one of the default name in the current folder, if it is there. The central rules
/// of the latter hold for the former too.
///
/// # Errors
///
/// When the one that is named is not there, or either cannot be read or is wrong.
pub fn read(named: Option<&Path>) -> Result<Option<ConfigFile>, ConfigFileError> {
    let Some(file) = read_alone(named)? else {
        return Ok(None);
    };
    if named.is_none() || file.rules.is_some() {
        return Ok(Some(file));
    }
    Ok(Some(file.under(read_alone(None)?)?))
}

fn read_alone(named: Option<&Path>) -> Result<Option<ConfigFile>, ConfigFileError> {
    let path = named.unwrap_or(Path::new(DEFAULT_NAME));
    let text = match text(path) {
        Ok(text) => text,
        Err(ConfigFileError::Unreadable { source, .. })
            if named.is_none() && source.kind() == ErrorKind::NotFound =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let shown = path.display().to_string();
    let mut config = Config::parse(&text, &shown)?;
    let mut rules = None;
    if let Some(extends) = &config.extends {
        let central = place(path, extends);
        let shown_central = central.display().to_string();
        let said = Config::parse(&self::text(&central)?, &shown_central)?;
        config = extended(&said, config, &shown, &shown_central)?;
        rules = Some(Rules {
            path: central,
            config: said,
        });
    }
    Ok(Some(ConfigFile {
        path: path.to_owned(),
        config,
        rules,
    }))
}

fn text(path: &Path) -> Result<String, ConfigFileError> {
    let unreadable = |source| ConfigFileError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let file = crate::files::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte more than is allowed, so that the parser sees that it is too large.
    file.take(MAX_BYTES as u64 + 4)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > MAX_BYTES + 3 {
        bytes.truncate(MAX_BYTES + 4);
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).map_err(|_not_text| ConfigFileError::NotText {
        path: path.to_owned(),
    })
}
