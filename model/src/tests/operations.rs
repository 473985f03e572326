//! Facts of the operations, against an independent list.

use std::collections::BTreeMap;

use crate::{ErrorKind, Operation, Request, RequestVisitor};

/// The errors of an operation beyond the four that all have.
fn extra(operation: Operation) -> Vec<ErrorKind> {
    use ErrorKind::{AccessDenied, InternalServer, Throttling, Validation};
    let errors = operation.errors();
    for common in [AccessDenied, InternalServer, Throttling, Validation] {
        assert!(errors.contains(&common), "{operation} lacks {common:?}");
    }
    let common = [AccessDenied, InternalServer, Throttling, Validation];
    errors.iter().copied().filter(|error| !common.contains(error)).collect()
}

#[test]
fn errors_fall_into_six_groups() {
    use ErrorKind::{Conflict, ResourceNotFound, ServiceQuotaExceeded};
    let mut groups: BTreeMap<Vec<ErrorKind>, usize> = BTreeMap::new();
    for operation in Operation::ALL {
        *groups.entry(extra(*operation)).or_default() += 1;
    }
    let expected = BTreeMap::from([
        (vec![Conflict, ResourceNotFound], 31),
        (vec![Conflict, ResourceNotFound, ServiceQuotaExceeded], 8),
        (vec![Conflict, ServiceQuotaExceeded], 6),
        (vec![Conflict], 1),
        (vec![ResourceNotFound], 34),
        (vec![], 7),
    ]);
    assert_eq!(groups, expected);
    assert_eq!(extra(Operation::DeleteDeployment), [ResourceNotFound]);
    assert_eq!(extra(Operation::CreateServiceInstance), [Conflict, ResourceNotFound]);
}

#[test]
fn names_lead_to_operations_and_back() {
    for operation in Operation::ALL {
        assert_eq!(Operation::from_name(operation.name()), Some(*operation));
        assert_eq!(operation.to_string(), operation.name());
    }
    assert_eq!(Operation::from_name("createEnvironment"), None);
    assert_eq!(Operation::from_name("GetAccountRoles"), None);
    assert!(Operation::ALL.is_sorted_by_key(|operation| operation.name()));
}

#[test]
fn inputs_know_their_operation() {
    struct OperationOf;
    impl RequestVisitor for OperationOf {
        type Output = Operation;
        fn visit<R: Request>(self) -> Operation {
            R::OPERATION
        }
    }
    for operation in Operation::ALL {
        assert_eq!(operation.visit(OperationOf), *operation);
    }
}

#[test]
fn reading_paging_and_tokens() {
    let count = |fact: fn(Operation) -> bool| Operation::ALL.iter().filter(|operation| fact(**operation)).count();
    assert_eq!(count(Operation::is_read_only), 19 + 21, "19 Get and 21 List");
    assert_eq!(count(Operation::is_paginated), 21);
    assert_eq!(count(Operation::is_idempotent), 29);
    assert!(!Operation::UpdateEnvironment.is_read_only());
    let with_token: Vec<&str> =
        Operation::ALL.iter().filter(|operation| operation.idempotency_token().is_some()).map(|o| o.name()).collect();
    assert_eq!(
        with_token,
        [
            "CreateComponent",
            "CreateEnvironmentAccountConnection",
            "CreateEnvironmentTemplateVersion",
            "CreateServiceInstance",
            "CreateServiceTemplateVersion",
            "UpdateComponent",
            "UpdateServiceInstance"
        ]
    );
}

#[test]
fn only_a_fault_of_the_server_is_500() {
    for kind in ErrorKind::ALL {
        assert_eq!(kind.exception_name(), format!("{kind:?}Exception"));
        assert_eq!(kind.http_status(), if *kind == ErrorKind::InternalServer { 500 } else { 400 });
    }
}
