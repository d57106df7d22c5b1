//! Reads the table `defaults.txt`: what each X-Ray SDK records without a whitelist.

use super::document::Recorded;

static TABLE: &str = include_str!("defaults.txt");

/// An SDK in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Node,
    Python,
    Java1,
    Java2,
    Dotnet,
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python",
            Self::Java1 => "java1",
            Self::Java2 => "java2",
            Self::Dotnet => "dotnet",
        }
    }
}

/// What an SDK records of an operation by default.
#[derive(Debug)]
pub(super) struct Default {
    pub(super) operation: &'static str,
    pub(super) request: Vec<Recorded>,
    pub(super) response: Vec<Recorded>,
}

/// Returns what an SDK records of a service by default. The service is named as in botocore.
pub(super) fn of(column: Column, service: &str) -> impl Iterator<Item = Default> {
    rows()
        .filter(move |row| row.service == service && row.is_of(column))
        .flat_map(Row::defaults)
}

#[derive(Debug, Clone, Copy)]
struct Row {
    sdks: &'static str,
    service: &'static str,
    operations: &'static str,
    members: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (head, members) = line.split_once(": ")?;
            let mut head = head.split(' ');
            Some(Row {
                sdks: head.next()?,
                service: head.next()?,
                operations: head.next()?,
                members,
            })
        })
}

impl Row {
    fn is_of(self, column: Column) -> bool {
        self.sdks == "*" || self.sdks.split(',').any(|sdk| sdk == column.name())
    }

    fn defaults(self) -> impl Iterator<Item = Default> {
        self.operations.split(',').map(move |operation| {
            let (response, request): (Vec<&str>, Vec<&str>) = self
                .members
                .split(' ')
                .partition(|member| member.starts_with('<'));
            Default {
                operation,
                request: request.into_iter().map(recorded).collect(),
                response: response
                    .into_iter()
                    .map(|member| recorded(member.trim_start_matches('<')))
                    .collect(),
            }
        })
    }
}

fn recorded(member: &str) -> Recorded {
    let owned = |(name, to): (&str, &str)| (name.to_owned(), to.to_owned());
    if let Some((name, to)) = member.split_once('{').map(owned) {
        Recorded::Keys(name, to.trim_end_matches('}').to_owned())
    } else if let Some((name, to)) = member.split_once('#').map(owned) {
        Recorded::Count(name, to)
    } else if let Some((name, to)) = member.split_once('=').map(owned) {
        Recorded::Renamed(name, to)
    } else {
        Recorded::Whole(member.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows().count(), lines);
        for row in rows() {
            let columns = [
                Column::Node,
                Column::Python,
                Column::Java1,
                Column::Java2,
                Column::Dotnet,
            ];
            assert!(
                columns.into_iter().any(|column| row.is_of(column)),
                "{row:?}"
            );
        }
    }

    #[test]
    fn the_four_ways_to_record_are_told_apart() {
        assert_eq!(recorded("TableName"), Recorded::Whole("TableName".into()));
        assert_eq!(
            recorded("Bucket=bucket_name"),
            Recorded::Renamed("Bucket".into(), "bucket_name".into())
        );
        assert_eq!(
            recorded("RequestItems{table_names}"),
            Recorded::Keys("RequestItems".into(), "table_names".into())
        );
        assert_eq!(
            recorded("Entries#message_count"),
            Recorded::Count("Entries".into(), "message_count".into())
        );
    }

    #[test]
    fn the_sdks_record_as_many_operations_as_their_own_files_have() {
        let count = |column, service| of(column, service).count();
        let services = ["dynamodb", "lambda", "sagemaker-runtime", "sns", "sqs"];
        for column in [
            Column::Node,
            Column::Python,
            Column::Java1,
            Column::Java2,
            Column::Dotnet,
        ] {
            assert_eq!(
                services.map(|service| count(column, service)),
                [13, 2, 1, 2, 17],
                "{column:?}"
            );
        }
        assert_eq!(count(Column::Node, "s3"), 76);
        assert_eq!(count(Column::Python, "s3"), 70);
        assert_eq!(
            [Column::Java1, Column::Java2, Column::Dotnet].map(|column| count(column, "s3")),
            [72; 3]
        );
    }
}
