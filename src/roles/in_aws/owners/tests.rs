use super::*;
use crate::aws::ecs::TaskRecord;
use std::sync::Mutex;

const REGION: &str = "eu-west-1";
const ROLE: &str = "arn:aws:iam::123456789012:role/shop";

/// ECS and Step Functions as maps, with what was asked of them.
#[derive(Debug, Default)]
struct Fake {
    tasks: BTreeMap<String, TaskRecord>,
    definitions: BTreeMap<String, Option<String>>,
    machines: BTreeMap<String, String>,
    denied: bool,
    asked: Mutex<Vec<String>>,
}

impl Fake {
    fn answer<T>(
        &self,
        asked: String,
        operation: &'static str,
        code: &str,
        answer: Option<T>,
    ) -> Result<T, ApiError> {
        self.asked.lock().unwrap().push(asked);
        let error = |kind, code: &str| ApiError {
            operation,
            kind,
            code: Some(code.to_owned()),
            message: String::new(),
        };
        if self.denied {
            return Err(error(ApiErrorKind::Denied, "AccessDeniedException"));
        }
        answer.ok_or_else(|| error(ApiErrorKind::Refused, code))
    }
}

impl TaskApi for Fake {
    async fn tasks(&self, cluster: &str, tasks: Vec<String>) -> Result<Vec<TaskRecord>, ApiError> {
        let known = tasks
            .iter()
            .filter_map(|task| self.tasks.get(task).cloned());
        let asked = format!("{cluster}: {} tasks", tasks.len());
        self.answer(asked, "DescribeTasks", "", Some(known.collect()))
    }

    async fn definition_role(&self, definition: &str) -> Result<Option<String>, ApiError> {
        let known = self.definitions.get(definition).cloned();
        self.answer(
            definition.to_owned(),
            "DescribeTaskDefinition",
            "ClientException",
            known,
        )
    }
}

impl StateMachineApi for Fake {
    async fn role(&self, machine: &str) -> Result<String, ApiError> {
        let known = self.machines.get(machine).cloned();
        self.answer(
            machine.to_owned(),
            "DescribeStateMachine",
            "StateMachineDoesNotExist",
            known,
        )
    }
}

fn task(id: &str) -> Arn {
    format!("arn:aws:ecs:eu-west-1:123456789012:task/shop/{id}")
        .parse()
        .unwrap()
}

fn seen(owner: Owner) -> SeenOwner {
    SeenOwner {
        owner,
        family: None,
        tasks: Vec::new(),
    }
}

fn seen_task(family: Option<&str>, tasks: &[&str]) -> SeenOwner {
    SeenOwner {
        family: family.map(str::to_owned),
        tasks: tasks.iter().map(|id| task(id)).collect(),
        ..seen(Owner::EcsTask("shop".to_owned()))
    }
}

fn found(fake: &Fake, seen: &[SeenOwner], named: &[(&str, &str)]) -> OwnerRoles {
    let named = named
        .iter()
        .map(|(who, role)| ((*who).to_owned(), (*role).to_owned()))
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime
        .block_on(of_owners(REGION, seen, &named, fake, fake))
        .unwrap()
}

fn roles(found: &OwnerRoles) -> Vec<&str> {
    found.roles.keys().map(String::as_str).collect()
}

fn definition(name: &str, role: Option<&str>) -> (String, Option<String>) {
    (name.to_owned(), role.map(str::to_owned))
}

#[test]
fn a_task_that_is_known_leads_to_its_definition_and_that_to_its_role() {
    let record = TaskRecord {
        definition: "shop:7".to_owned(),
        role: None,
    };
    let fake = Fake {
        tasks: [(task("1").to_string(), record)].into(),
        definitions: [
            definition("shop:7", Some(ROLE)),
            definition("shop", Some("another")),
        ]
        .into(),
        ..Fake::default()
    };
    let found = found(&fake, &[seen_task(Some("shop"), &["1", "2"])], &[]);
    assert_eq!(roles(&found), [ROLE]);
    assert_eq!(found.gaps, BTreeSet::new());
    assert_eq!(*fake.asked.lock().unwrap(), ["shop: 2 tasks", "shop:7"]);
}

#[test]
fn a_task_that_was_started_with_another_role_has_that() {
    let record = TaskRecord {
        definition: "shop:7".to_owned(),
        role: Some(ROLE.to_owned()),
    };
    let fake = Fake {
        tasks: [(task("1").to_string(), record)].into(),
        ..Fake::default()
    };
    assert_eq!(
        roles(&found(&fake, &[seen_task(None, &["1"])], &[])),
        [ROLE]
    );
}

#[test]
fn the_family_stands_for_tasks_that_are_forgotten() {
    let fake = Fake {
        definitions: [definition("shop", Some(ROLE))].into(),
        ..Fake::default()
    };
    assert_eq!(
        roles(&found(&fake, &[seen_task(Some("shop"), &["1"])], &[])),
        [ROLE]
    );
    assert_eq!(
        roles(&found(&fake, &[seen_task(Some("shop"), &[])], &[])),
        [ROLE]
    );
    // A service may be named as some family is, and be of another.
    let unknown = found(&fake, &[seen_task(None, &["1"])], &[]);
    assert_eq!(roles(&unknown), [""; 0]);
    assert_eq!(
        (unknown.gaps.len(), unknown.unknown.len()),
        (1, 1),
        "{unknown:?}"
    );
}

#[test]
fn tasks_of_several_roles_use_each() {
    let of = |id: &str, role: &str| {
        let record = TaskRecord {
            definition: String::new(),
            role: Some(role.to_owned()),
        };
        (task(id).to_string(), record)
    };
    let fake = Fake {
        tasks: [of("1", "a"), of("2", "b")].into(),
        ..Fake::default()
    };
    let found = found(&fake, &[seen_task(None, &["1", "2"])], &[]);
    assert_eq!(roles(&found), ["a", "b"]);
    assert!(
        found.gaps.iter().any(|gap| gap.contains("2 roles")),
        "{found:?}"
    );
}

#[test]
fn what_is_not_there_is_a_gap_and_what_may_not_be_read_is_told() {
    let fake = Fake {
        definitions: [definition("bare", None)].into(),
        ..Fake::default()
    };
    let machine: Arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:refund"
        .parse()
        .unwrap();
    let elsewhere: Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:refund"
        .parse()
        .unwrap();
    let all = [
        seen_task(Some("gone"), &[]),
        SeenOwner {
            family: Some("bare".to_owned()),
            ..seen(Owner::EcsTask("bare".to_owned()))
        },
        seen(Owner::StateMachine(machine.clone())),
        seen(Owner::StateMachine(elsewhere)),
        seen(Owner::Ec2Instance("i-1".to_owned())),
        seen(Owner::Named("worker".to_owned())),
        seen(Owner::ApiStage("shop/prod".to_owned())),
    ];
    let nothing = found(&fake, &all, &[]);
    assert_eq!(roles(&nothing), [""; 0]);
    assert_eq!(nothing.unknown.len(), all.len());
    assert_eq!(nothing.gaps.len(), all.len() - 1, "{:?}", nothing.gaps);

    let denied = Fake {
        denied: true,
        ..Fake::default()
    };
    let refused = found(&denied, &all, &[]);
    assert_eq!(refused.unread.len(), 3, "{refused:?}");
}

#[test]
fn the_users_word_goes_first_and_nothing_is_asked() {
    let fake = Fake::default();
    let all = [
        seen_task(Some("shop"), &["1"]),
        seen(Owner::Ec2Instance("i-1".to_owned())),
        seen(Owner::ApiStage("shop/prod".to_owned())),
    ];
    let named = [("shop", ROLE), ("i-1", "batch"), ("shop/prod", "stage")];
    let found = found(&fake, &all, &named);
    assert_eq!(roles(&found), [ROLE, "batch", "stage"]);
    assert_eq!(found.gaps, BTreeSet::new());
    assert_eq!(*fake.asked.lock().unwrap(), [""; 0]);
}

#[test]
fn a_state_machine_has_its_own_role() {
    let machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:refund";
    let fake = Fake {
        machines: [(machine.to_owned(), ROLE.to_owned())].into(),
        ..Fake::default()
    };
    let found = found(
        &fake,
        &[seen(Owner::StateMachine(machine.parse().unwrap()))],
        &[],
    );
    assert_eq!(roles(&found), [ROLE]);
    assert_eq!(fake.asked.lock().unwrap().len(), 1);
}
