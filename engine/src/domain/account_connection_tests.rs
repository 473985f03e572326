//! The table in the module's documentation against the code, and the rules around it.

use rstest::rstest;
use strum::VariantArray as _;

use super::*;

const SOURCE: &str = include_str!("account_connection.rs");

fn connection(id: &str, account: &str, status: Status) -> Connection {
    Connection {
        id: id.to_owned(),
        arn: format!("arn:{id}"),
        environment_account_id: account.to_owned(),
        management_account_id: "managing".to_owned(),
        environment_name: "prod".to_owned(),
        status,
        roles: Roles { role_arn: Some("role".to_owned()), ..Roles::default() },
        requested_at: Timestamp::UNIX_EPOCH,
        modified_at: Timestamp::UNIX_EPOCH,
    }
}

fn later() -> Timestamp {
    Timestamp::from_second(60).unwrap()
}

#[test]
fn the_table_in_the_documentation_is_the_code() {
    let rows: Vec<Vec<&str>> = SOURCE
        .lines()
        .filter_map(|line| line.strip_prefix("//! |"))
        .map(|line| line.trim_end_matches('|').split('|').map(str::trim).collect())
        .collect();
    let names: Vec<&str> = Event::VARIANTS.iter().map(<&str>::from).collect();
    assert_eq!(rows[0][1..], names);
    assert_eq!(rows.len(), 2 + Status::VARIANTS.len());
    for (status, row) in Status::VARIANTS.iter().zip(&rows[2..]) {
        assert_eq!(row[0], status.name());
        for (event, cell) in Event::VARIANTS.iter().zip(&row[1..]) {
            let got = step(*status, *event).map_or("Conflict", Status::name);
            assert_eq!(got, *cell, "{status:?} {event:?}");
        }
    }
}

#[test]
fn a_change_moves_the_time_and_a_repetition_does_not() {
    let accepted = connection("a", "one", Status::Pending).after(Event::Accept, later()).unwrap();
    assert_eq!((accepted.status, accepted.modified_at), (Status::Connected, later()));
    let again = connection("a", "one", Status::Connected).after(Event::Accept, later()).unwrap();
    assert_eq!(again.modified_at, Timestamp::UNIX_EPOCH);
}

#[test]
fn roles_that_are_not_given_stay() {
    let given = Roles { component_role_arn: Some("new".to_owned()), ..Roles::default() };
    let updated = connection("a", "one", Status::Connected).with_roles(given.clone(), later()).unwrap();
    assert_eq!(updated.roles.role_arn.as_deref(), Some("role"));
    assert_eq!(updated.roles.component_role_arn.as_deref(), Some("new"));
    assert!(matches!(connection("a", "one", Status::Rejected).with_roles(given, later()), Err(Refusal::Conflict(_))));
}

#[rstest]
#[case(Status::Connected, "prod", None, "")]
#[case(Status::Connected, "prod", Some("one"), "")]
#[case(Status::Connected, "prod", Some("two"), "stays there")]
#[case(Status::Connected, "beta", None, "for the environment prod")]
#[case(Status::Pending, "prod", None, "not accepted")]
#[case(Status::Rejected, "prod", None, "rejected")]
fn uses(#[case] status: Status, #[case] environment: &str, #[case] account: Option<&str>, #[case] says: &str) {
    match connection("a", "one", status).check_use(environment, account) {
        Ok(()) => assert_eq!(says, ""),
        Err(refusal) => assert!(!says.is_empty() && refusal.to_string().contains(says), "{refusal}"),
    }
}

#[test]
fn one_environment_has_one_connection() {
    let new = connection("new", "one", Status::Pending);
    let other = |account, status| vec![connection("old", account, status)];
    assert!(check_new(&new, &other("one", Status::Pending)).is_err());
    assert!(check_new(&new, &other("one", Status::Connected)).is_err());
    assert!(check_new(&new, &other("one", Status::Rejected)).is_ok());
    assert!(check_new(&new, &other("two", Status::Connected)).is_ok(), "it may be asked for, and is not accepted");
    assert!(check_accept(&new, &other("two", Status::Connected)).is_err());
    assert!(check_accept(&new, &other("two", Status::Pending)).is_ok());
    assert!(check_accept(&new, std::slice::from_ref(&new)).is_ok());
}

#[test]
fn what_is_used_stays() {
    let connection = connection("a", "one", Status::Connected);
    assert!(check_reject(&connection, false).is_ok() && check_reject(&connection, true).is_err());
    assert!(check_quiet(&connection, &[]).is_ok());
    let refused = check_quiet(&connection, &["arn:env".to_owned()]).unwrap_err().to_string();
    assert!(refused.contains("arn:env"), "{refused}");
    assert!(connection.is_of("one") && connection.is_of("managing") && !connection.is_of("two"));
}
