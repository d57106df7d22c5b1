//! Makes the catalogue available to the IAM algebra: it numbers every action, and says which ARNs the action can act
//! on.

use super::Catalog;
use super::overlap;
use super::reference::ActionEntry;
use super::template::{self, Piece};
use crate::iam::action_set::ActionNumbering;
use crate::iam::algebra::{ActionUniverse, Alphabet, Reach, Shape};
use crate::iam::{Action, ActionPattern};

impl ActionNumbering for Catalog {
    fn count(&self) -> u32 {
        self.action_count()
    }

    fn number(&self, action: &Action) -> Option<u32> {
        Self::number(self, action)
    }

    fn matching(&self, pattern: &ActionPattern) -> Vec<u32> {
        if let Some(action) = pattern.as_action() {
            return Self::number(self, &action).into_iter().collect();
        }
        let entries = self.actions_matching(pattern);
        entries.iter().map(ActionEntry::number).collect()
    }
}

impl ActionUniverse for Catalog {
    fn action(&self, number: u32) -> Option<Action> {
        self.action_at(number).map(|entry| entry.action())
    }

    fn kind(&self, number: u32) -> Vec<usize> {
        let Some(entry) = self.action_at(number) else {
            return Vec::new();
        };
        let service = self.index.block_number(entry.prefix()).unwrap_or_default();
        let types = entry.reference.types.len();
        let further = entry.row.further_formats.iter();
        std::iter::once(service)
            .chain(entry.row.types.iter().copied())
            .chain(further.map(|place| types + place))
            .collect()
    }

    fn may_reach_another_region(&self, number: u32) -> bool {
        let action = ActionUniverse::action(self, number);
        action.is_none_or(|action| super::across::may_reach_another_region(&action))
    }

    fn may_lack_the_account(&self, number: u32) -> bool {
        let action = ActionUniverse::action(self, number);
        action.is_none_or(|action| super::owner::may_lack_the_account(&action))
    }

    fn reach(&self, number: u32) -> Reach {
        let Some(entry) = self.action_at(number) else {
            return Reach::Unknown;
        };
        let formats: Vec<Shape> = entry.formats().map(shape).collect();
        if entry.is_wildcard_only() {
            let mut others = vec![whole_service(entry.prefix())];
            others.extend(formats);
            return Reach::EitherForms(vec![Shape::default().text("*")], others);
        }
        Reach::Forms(formats)
    }
}

/// Services whose names may contain a `:`, or that have paths, `IoT` topics or Kafka consumer groups in place of names.
const WITH_COLONS: [&str; 8] = [
    "apigateway",
    "cloudwatch",
    "execute-api",
    "glue",
    "greengrass",
    "iot",
    "kafka",
    "vpc-lattice",
];

/// Variables with freely chosen values.
const FREE: [&str; 3] = ["FolderPath", "ObjectName", "ObjectPath"];

/// Returns the characters that the values of a variable in a format may have. In most names a `:` only separates a
/// version, an alias or a prefix of AWS.
fn letters(format: &str, variable: &str) -> Alphabet {
    let service = format.split(':').nth(2).unwrap_or_default();
    let is_free = WITH_COLONS.contains(&service)
        || service.contains('$')
        || FREE.contains(&variable)
        || variable.to_ascii_lowercase().ends_with("arn");
    match overlap::alphabet(variable) {
        Alphabet::Any if !is_free => Alphabet::Name,
        alphabet @ (Alphabet::Any | Alphabet::Name | Alphabet::Path | Alphabet::Word) => alphabet,
    }
}

/// Returns the shape of all ARNs of a service, like `arn:aws:s3:::*`, for actions without resource types.
fn whole_service(prefix: &str) -> Shape {
    let named = Shape::default()
        .text("arn:")
        .some(Alphabet::Word)
        .text(":")
        .text(prefix)
        .text(":");
    named
        .any(Alphabet::Word)
        .text(":")
        .any(Alphabet::Word)
        .text(":*")
}

fn shape(format: &str) -> Shape {
    let mut colons = 0;
    let mut extend = |shape: Shape, piece: Piece<'_>| match piece {
        Piece::Text(text) => {
            colons += text.matches(':').count();
            shape.text(text)
        }
        Piece::Wild if colons < 5 => shape.any(Alphabet::Word),
        Piece::Wild => shape.any(Alphabet::Any),
        Piece::Variable(name) if overlap::may_be_empty(format, name) => {
            shape.any(letters(format, name))
        }
        Piece::Variable(name) => shape.some(letters(format, name)),
    };
    template::pieces(format)
        .into_iter()
        .fold(Shape::default(), &mut extend)
}
