//! Reads lists that AWS returns in pages, to their end, and stops if the pages repeat.

use crate::aws::{ApiError, ApiErrorKind};
use std::collections::BTreeSet;

/// The largest number of pages. No account has so many.
const MAX_PAGES: usize = 10_000;

/// Returns the items of all pages. A page may be empty and still have a next one.
pub(super) async fn all<T, F>(
    operation: &'static str,
    mut page: impl FnMut(Option<String>) -> F,
) -> Result<Vec<T>, ApiError>
where
    F: Future<Output = Result<(Vec<T>, Option<String>), ApiError>>,
{
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut token = None;
    loop {
        let (items, next) = page(token).await?;
        found.extend(items);
        let Some(next) = next.filter(|token| !token.is_empty()) else {
            return Ok(found);
        };
        if !seen.insert(next.clone()) {
            return Err(endless(
                operation,
                "the token of a page came back a second time",
            ));
        }
        if seen.len() >= MAX_PAGES {
            return Err(endless(operation, "the pages do not come to an end"));
        }
        token = Some(next);
    }
}

fn endless(operation: &'static str, message: &str) -> ApiError {
    ApiError {
        operation,
        kind: ApiErrorKind::Garbled,
        code: None,
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    type Page = (Vec<u32>, Option<String>);

    fn follow(mut page: impl FnMut(Option<String>) -> Page) -> Result<Vec<u32>, ApiError> {
        let pages = all("ListThings", |token| std::future::ready(Ok(page(token))));
        pages.now_or_never().expect("nothing here waits")
    }

    #[test]
    fn pages_are_followed_through_empty_ones_to_the_end() {
        let pages = |token: Option<String>| match token.as_deref() {
            None => (vec![1], Some("a".to_owned())),
            Some("a") => (vec![], Some("b".to_owned())),
            Some("b") => (vec![2, 3], Some(String::new())),
            Some(other) => panic!("{other} was never handed out"),
        };
        assert_eq!(follow(pages), Ok(vec![1, 2, 3]));
    }

    #[test]
    fn tokens_that_go_in_circles_end_in_an_error() {
        for circle in [1_u32, 3] {
            let mut turn = 0;
            let error = follow(|_| {
                turn += 1;
                (vec![turn], Some((turn % circle).to_string()))
            });
            assert_eq!(error.unwrap_err().kind, ApiErrorKind::Garbled);
            assert_eq!(turn, circle + 1);
        }
    }

    #[test]
    fn tokens_without_end_end_in_an_error() {
        let mut turn = 0;
        let error = follow(|_| {
            turn += 1;
            (Vec::new(), Some(turn.to_string()))
        });
        assert!(error.is_err());
        assert_eq!(turn, 10_000);
    }
}
