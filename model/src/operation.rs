//! What every operation has in common.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

use crate::{Constrained, Operation};

/// The input of one operation.
pub trait Request: Serialize + DeserializeOwned + Constrained + fmt::Debug {
    /// The operation that takes this input.
    const OPERATION: Operation;
    /// The output of that operation.
    type Response: Serialize + DeserializeOwned + fmt::Debug;
}

/// Something to do with the input type of an operation, whichever it is.
pub trait RequestVisitor {
    /// What comes of it.
    type Output;

    /// Called with the input type of the operation.
    fn visit<R: Request>(self) -> Self::Output;
}

/// Declares [`Operation`], its facts, and [`Request`] for every input.
macro_rules! operations {
    ($(
        $(#[$meta:meta])*
        $name:ident($input:ident) -> $output:ident {
            errors: [$($error:ident),+],
            idempotent: $idempotent:literal,
            idempotency_token: $token:expr,
            paginated: $paginated:literal,
        }
    )+) => {
        /// An operation of the API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $($(#[$meta])* $name,)+
        }

        impl Operation {
            /// Every operation, by name.
            pub const ALL: &'static [Operation] = &[$(Operation::$name),+];

            /// The name, as the `X-Amz-Target` header has it after the dot.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Operation::$name => stringify!($name),)+
                }
            }

            /// The operation of that name; case matters.
            pub fn from_name(name: &str) -> Option<Operation> {
                match name {
                    $(stringify!($name) => Some(Operation::$name),)+
                    _ => None,
                }
            }

            /// The errors that the operation declares.
            pub const fn errors(self) -> &'static [ErrorKind] {
                match self {
                    $(Operation::$name => &[$(ErrorKind::$error),+],)+
                }
            }

            /// Whether the model calls the operation idempotent.
            pub const fn is_idempotent(self) -> bool {
                match self {
                    $(Operation::$name => $idempotent,)+
                }
            }

            /// The input member that makes a repeated call the same call, as the wire names it.
            pub const fn idempotency_token(self) -> Option<&'static str> {
                match self {
                    $(Operation::$name => $token,)+
                }
            }

            /// Calls the visitor with the operation's input type.
            pub fn visit<V: $crate::RequestVisitor>(self, visitor: V) -> V::Output {
                match self {
                    $(Operation::$name => visitor.visit::<$input>(),)+
                }
            }

            /// Whether the operation takes a `nextToken`.
            pub const fn is_paginated(self) -> bool {
                match self {
                    $(Operation::$name => $paginated,)+
                }
            }
        }

        $(impl $crate::Request for $input {
            const OPERATION: Operation = Operation::$name;
            type Response = $output;
        })+
    };
}

pub(crate) use operations;

impl Operation {
    /// Whether the operation changes nothing: its name begins with `Get` or `List`.
    pub fn is_read_only(self) -> bool {
        self.name().starts_with("Get") || self.name().starts_with("List")
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
