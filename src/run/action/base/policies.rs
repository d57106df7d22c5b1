//! The policies of the base: each file is asked for and dated once, for however many it is named.

use super::age::Ages;
use super::templates::Placed;
use super::then::TemplatesNow;
use super::{Base, files, files::keep, lfs};
use crate::github::api::Content;
use crate::granted::placeholder::{FUNCTION, Named, first_part, name_in, placeholder};
use crate::granted::policy_file::{permissions_policy, read_text};
use crate::granted::template::{children_of, named_children};
use crate::iam::PolicyDocument;
use crate::judge::exempt::base::{Before, Earlier, Limited};
use crate::roles::Changed;
use crate::run::Failure;
use crate::run::record::TemplatesThen;
use crate::settings::effective::Effective;
use crate::settings::file::{Policies, Texts};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Files that are gone and that are read, to see which was renamed.
const MOST_GONE: usize = 10;

/// Policy files as they are at the base, in files of ours.
#[derive(Debug)]
pub(super) struct PoliciesAtBase<'b, 'a> {
    pub(super) base: &'b Base<'a>,
    pub(super) ages: Ages<'a>,
    /// By the path in the checkout.
    kept: BTreeMap<String, Option<String>>,
    pub(super) changed: Changed,
    /// Functions that had a file of their own at a path that the change names no more.
    pub(super) known: BTreeSet<String>,
    /// Functions of which the base has a file that is young.
    young: BTreeSet<String>,
    /// Files of paths with a placeholder that the checkout has not, each with the name that stands for the placeholder.
    gone: BTreeMap<String, String>,
    pub(super) is_same: bool,
}

/// What is known of the base's policies beside what they say.
#[derive(Debug, Default)]
pub(super) struct FoundAtBase {
    /// Those that were changed lately.
    pub(super) earlier: Earlier,
    /// Templates as they were when the grace began.
    pub(super) then: Option<TemplatesThen>,
    /// What the change does to functions.
    pub(super) changed: Changed,
    /// The days of the grace, where it was read what there was when it began.
    pub(super) grace: Option<u16>,
    /// The last day on which anything waits that the base was granted since then.
    pub(super) waits_until: Option<Date>,
    /// Policy files that the base judges, and that the change takes away.
    pub(super) gone: Vec<String>,
    /// Whether the checkout has the same.
    pub(super) is_same: bool,
}

impl<'b, 'a> PoliciesAtBase<'b, 'a> {
    pub(super) fn of(base: &'b Base<'a>, effective: &Effective) -> Self {
        Self {
            base,
            ages: Ages::of(base.github, base.commit, effective),
            kept: BTreeMap::new(),
            changed: Changed::default(),
            known: BTreeSet::new(),
            young: BTreeSet::new(),
            gone: BTreeMap::new(),
            is_same: true,
        }
    }

    /// What is known of those that were asked for.
    pub(super) fn found(mut self, effective: &Effective) -> Result<FoundAtBase, Failure> {
        let Base {
            checkout,
            trees,
            folder,
            then,
            ..
        } = self.base;
        let templates = TemplatesNow::of(&effective.base_policy_files, folder.path(), checkout);
        let then = templates.before_grace(&mut self.ages, trees, then.path())?;
        let mut changed = self.changed;
        let is_renamed = |name: &String| changed.former.values().any(|former| former == name);
        let gone = self.gone.into_iter();
        let gone = gone.filter(|(_, name)| !is_renamed(name));
        let gone = gone.map(|(place, _)| place).collect();
        if self.ages.is_given_up {
            // Nothing of the base is young; what the change brings is new all the same.
            changed.waiting.retain(|name, _| !self.young.contains(name));
        }
        Ok(FoundAtBase {
            grace: self.ages.known_days(),
            waits_until: self.ages.waits_until(),
            earlier: self.ages.earlier,
            then,
            changed,
            gone,
            is_same: self.is_same,
        })
    }

    /// The path of ours for a policy file; nothing where it cannot be a policy of the base.
    pub(super) fn policy(&mut self, path: &str) -> Result<Option<String>, Failure> {
        if let Some(known) = self.kept.get(path) {
            return Ok(known.clone());
        }
        let kept = self.keep(path)?;
        self.kept.insert(path.to_owned(), kept.clone());
        Ok(kept)
    }

    /// The same files by the same names, as they are at the base.
    pub(super) fn policies(&mut self, named: &Policies) -> Result<Policies, Failure> {
        let mut at_base = |named: &BTreeMap<String, Texts>| {
            let mut kept = BTreeMap::new();
            for (name, files) in named {
                let mut texts = Texts::default();
                for file in &files.0 {
                    texts.0.extend(self.policy(file)?);
                }
                kept.insert(name.clone(), texts);
            }
            Ok::<_, Failure>(kept)
        };
        Ok(Policies {
            functions: at_base(&named.functions)?,
            roles: at_base(&named.roles)?,
            logical_ids: at_base(&named.logical_ids)?,
        })
    }

    /// A policy file as it is at the base; an empty policy where there is none, for then all of it is new. A path with
    /// `{function}` or `{role}` is many files.
    fn keep(&mut self, path: &str) -> Result<Option<String>, Failure> {
        let mut there = files::of_pattern(path);
        // Nested stacks are judged with their parent.
        let nested: Vec<String> = there.iter().flat_map(|file| children_of(file)).collect();
        there.extend(nested);
        self.is_same &= !self.has_other_children(&there)?;
        let gone = self.gone(path, &there)?;
        // A path that leads to nothing is told where it is judged.
        self.is_same &= gone.is_empty() && !there.is_empty();
        let mut kept = None;
        for file in there {
            let checkout = &self.base.checkout;
            let (Some(place), Some(own)) = (
                checkout.place(Path::new(&file)),
                checkout.within(Path::new(&file)),
            ) else {
                self.is_same = false;
                return Ok(None);
            };
            let placed = Placed::new(&place, &own);
            let content = self.base.content(&place)?;
            if matches!(content, Some(Content::Folder(_))) {
                self.keep_folder(placed)?;
                kept = Some(self.base.folder().join(own).display().to_string());
                continue;
            }
            let of = PolicyOf {
                function: files::function_of(path, &file),
                file,
                place,
                own,
            };
            let Some(bytes) = self.bytes(&of, content, &gone)? else {
                self.is_same = false;
                return Ok(None);
            };
            keep(self.base.folder(), &of.own, &bytes)?;
            self.keep_around(placed, bytes)?;
            // Where the file is kept, and not where the path leads: an absolute one leads back into the checkout.
            let asked = self.base.checkout.within(Path::new(path));
            kept = asked.map(|own| self.base.folder().join(own).display().to_string());
        }
        Ok(kept)
    }

    /// What a file says at the base; nothing where that is no policy.
    fn bytes(
        &mut self,
        of: &PolicyOf,
        content: Option<Content>,
        gone: &[Gone],
    ) -> Result<Option<Vec<u8>>, Failure> {
        let kept = self.base.folder().join(&of.own);
        match content {
            Some(Content::File(bytes)) if lfs::is_pointer(&bytes) => {
                return Err(lfs::refused(&of.place));
            }
            Some(Content::File(bytes)) if files::is_policy(&of.place, &bytes) => {
                self.is_same &= read_text(&of.file).is_ok_and(|text| text.as_bytes() == bytes);
                // What a template granted is looked up role by role.
                let is_new =
                    !files::is_template(&of.place, &bytes) && self.ages.ask(&of.place, &kept);
                if let Some(function) = of.function.clone().filter(|_| is_new) {
                    self.young.insert(function.clone());
                    let end = self.ages.end_of_grace(&of.place);
                    self.changed.waiting.insert(function, end);
                }
                return Ok(Some(bytes));
            }
            Some(Content::File(_)) => return Ok(None),
            Some(Content::Folder(_) | Content::Other(_)) | None => {}
        }
        self.is_same = false;
        let function = of.function.clone();
        if let Some(function) = function.filter(|name| !self.known.contains(name)) {
            if let Some((former, text)) = renamed(of, &function, gone) {
                self.ages.ask(&former.place, &kept);
                let name = former.function.clone();
                self.changed.former.insert(function, name);
                return Ok(Some(text.into_bytes()));
            }
            self.changed.waiting.insert(function, None);
        }
        Ok(Some(nothing(&of.place)))
    }

    /// Whether templates name nested stacks whose templates cannot be read here, and either side has something in their place: a
    /// template that a change removes, or a link that may lead elsewhere now.
    fn has_other_children(&self, there: &[String]) -> Result<bool, Failure> {
        let named = there.iter().flat_map(|file| {
            let text = read_text(file).unwrap_or_default();
            named_children(&text, file)
        });
        let unread = named.filter(|path| there.iter().all(|file| Path::new(file) != path));
        for path in unread {
            let is_here = match crate::files::kind(&path) {
                Ok(_) => true,
                Err(error) => error.kind() != std::io::ErrorKind::NotFound,
            };
            let place = self.base.checkout.place(&path);
            let at_base = place.map(|place| self.base.content(&place)).transpose()?;
            if is_here || at_base.flatten().is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Files of a path with a placeholder that the base has and the checkout has not. What those of functions say is read, for one of
    /// them may have another name now.
    fn gone(&mut self, path: &str, there: &[String]) -> Result<Vec<Gone>, Failure> {
        let Some(own) = placeholder(path) else {
            return Ok(Vec::new());
        };
        let checkout = &self.base.checkout;
        let place = |file: &str| checkout.place(Path::new(file));
        let Some(pattern) = place(path) else {
            return Ok(Vec::new());
        };
        let there: Vec<String> = there.iter().filter_map(|file| place(file)).collect();
        let mut gone = Vec::new();
        for Named { name, file } in self.base.named(&pattern, own)? {
            if there.contains(&file) {
                continue;
            }
            self.is_same = false;
            self.gone.insert(file.clone(), name.clone());
            if own != FUNCTION || gone.len() >= MOST_GONE {
                continue;
            }
            if let Some(Content::File(bytes)) = self.base.content(&file)? {
                gone.push(Gone {
                    function: name,
                    place: file,
                    text: String::from_utf8_lossy(&bytes).into_owned(),
                });
            }
        }
        Ok(gone)
    }
}

impl Base<'_> {
    /// The files that the base has for a path with a placeholder.
    pub(super) fn named(&self, pattern: &str, placeholder: &str) -> Result<Vec<Named>, Failure> {
        let Some((folder, part, behind)) = first_part(pattern, placeholder) else {
            return Ok(Vec::new());
        };
        let folder = folder.trim_end_matches('/');
        let Some(Content::Folder(entries)) = self.content(folder)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for entry in entries {
            let own = entry.path.rsplit('/').next().unwrap_or_default();
            let Some(name) = name_in(part, placeholder, own) else {
                continue;
            };
            let file = pattern.replace(placeholder, &name);
            let is_file = if behind.is_empty() {
                entry.kind == "file"
            } else {
                matches!(self.content(&file)?, Some(Content::File(_)))
            };
            if is_file {
                found.push(Named { name, file });
            }
        }
        Ok(found)
    }
}

/// What stands for a policy that is not there.
pub(super) fn nothing(place: &str) -> Vec<u8> {
    let text = if files::is_yaml(place) {
        "Version: '2012-10-17'\nStatement: []\n"
    } else {
        "{\"Version\": \"2012-10-17\", \"Statement\": []}"
    };
    text.as_bytes().to_vec()
}

/// A policy file of the checkout.
struct PolicyOf {
    /// The function that it is for, where its path says so.
    function: Option<String>,
    /// Its path as asked for.
    file: String,
    /// Its path in the repository.
    place: String,
    /// Its path from the workspace on.
    own: PathBuf,
}

/// A policy file of the base that the checkout does not have.
#[derive(Debug)]
struct Gone {
    function: String,
    place: String,
    text: String,
}

/// The one file of which a new one says the same for a function of another name, and what it said by the new name.
fn renamed<'g>(of: &PolicyOf, function: &str, gone: &'g [Gone]) -> Option<(&'g Gone, String)> {
    let policy = |text: &str, place: &str| permissions_policy(text, place).ok().map(|own| [own]);
    let now = policy(&read_text(&of.file).ok()?, &of.place)?;
    let says_all = |one: &[PolicyDocument; 1], other: &[PolicyDocument; 1]| {
        let one = Limited {
            policies: one,
            boundary: None,
        };
        Before::new(other.to_vec(), &Earlier::new()).says_all(one)
    };
    let mut same = gone.iter().filter_map(|gone| {
        // A table or queue may be called as the function was, and keep its name; so may the log group.
        let texts = [
            gone.text.clone(),
            with_name(&gone.text, &gone.function, function, is_of_itself),
            with_name(&gone.text, &gone.function, function, |_| true),
        ];
        let mut alike = texts.into_iter().filter(|text| {
            policy(text, &gone.place)
                .is_some_and(|then| says_all(&now, &then) && says_all(&then, &now))
        });
        alike.next().map(|text| (gone, text))
    });
    let only = same.next()?;
    same.next().is_none().then_some(only)
}

/// Whether what stands before a function's name makes it the function's own: its log group, or its ARN.
fn is_of_itself(before: &str) -> bool {
    before.ends_with("/aws/lambda/") || before.ends_with(":function:")
}

/// A text with a function's name in the place of the one that it had, where that stands alone and not within another name.
fn with_name(text: &str, former: &str, now: &str, is_meant: impl Fn(&str) -> bool) -> String {
    let is_of_a_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in text.match_indices(former) {
        let (before, after) = (
            text.get(..at).unwrap_or_default(),
            text.get(at + found.len()..).unwrap_or_default(),
        );
        let is_alone = !before.ends_with(is_of_a_name) && !after.starts_with(is_of_a_name);
        if is_alone && is_meant(before) {
            out.push_str(text.get(from..at).unwrap_or_default());
            out.push_str(now);
            from = at + found.len();
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::{is_of_itself, with_name};

    #[test]
    fn a_name_is_replaced_where_it_stands_alone() {
        let text = "table/orders table/orders-2024 log-group:/aws/lambda/orders:* arn:aws:lambda:::function:orders s3:GetObject";
        let all = with_name(text, "orders", "intake", |_| true);
        assert_eq!(
            all,
            "table/intake table/orders-2024 log-group:/aws/lambda/intake:* arn:aws:lambda:::function:intake s3:GetObject"
        );
        let own = with_name(text, "orders", "intake", is_of_itself);
        assert_eq!(
            own,
            "table/orders table/orders-2024 log-group:/aws/lambda/intake:* arn:aws:lambda:::function:intake s3:GetObject"
        );
    }
}
