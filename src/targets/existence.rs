//! Which functions are still there, for those that want no more than that.

use super::TargetError;
use crate::aws::lambda::FunctionApi;
use crate::aws::{ApiError, ApiErrorKind};
use crate::lambda::FunctionName;
use futures_util::stream::{self, StreamExt as _};
use std::collections::BTreeSet;

/// Requests in flight at a time.
const CONCURRENT: usize = 8;

/// Which of some functions exist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Existence {
    /// Those that do not, as they were asked for.
    pub gone: BTreeSet<String>,
    /// Those of which Lambda did not tell.
    pub untold: BTreeSet<String>,
    /// Why, in the first of these cases.
    pub refused: Option<ApiError>,
}

/// Asks Lambda for each function by name or ARN, with or without version or alias. Once one may not be asked for, the others are
/// not asked for either.
///
/// # Errors
///
/// When a name is none, or the credentials are no good.
pub async fn existence(
    functions: &BTreeSet<String>,
    api: &impl FunctionApi,
) -> Result<Existence, TargetError> {
    let mut found = Existence::default();
    let names = functions
        .iter()
        .map(|asked| Ok((asked, asked.parse::<FunctionName>()?)));
    let names: Vec<(&String, FunctionName)> = names.collect::<Result<_, TargetError>>()?;
    let mut answers = stream::iter(&names)
        .map(|(asked, name)| async move { (*asked, ask(asked, name, api).await) })
        .buffered(CONCURRENT);
    let mut told = BTreeSet::new();
    while let Some((asked, answer)) = answers.next().await {
        told.insert(asked);
        match answer {
            Ok(()) => {}
            Err(error) if error.is_absent() => {
                found.gone.insert(asked.clone());
            }
            Err(error) if error.kind == ApiErrorKind::Credentials => {
                return Err(TargetError::api(&format!("the function `{asked}`"), error));
            }
            Err(error) => {
                let ends = error.kind == ApiErrorKind::Denied;
                found.untold.insert(asked.clone());
                found.refused.get_or_insert(error);
                if ends {
                    break;
                }
            }
        }
    }
    let rest = functions.iter().filter(|asked| !told.contains(asked));
    found.untold.extend(rest.cloned());
    Ok(found)
}

async fn ask(asked: &str, name: &FunctionName, api: &impl FunctionApi) -> Result<(), ApiError> {
    let qualified = name.qualifier().map(|qualifier| format!(":{qualifier}"));
    let bare = qualified.and_then(|qualified| asked.strip_suffix(&qualified));
    api.function(bare.unwrap_or(asked), name.qualifier())
        .await
        .map(|_| ())
}
