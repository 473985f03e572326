//! Binds positional and keyword arguments the way Python does.

use minijinja::value::{Kwargs, Rest, StringInput, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value};

use super::error::refuse;
use super::python_format::to_text;

/// The parameters of a filter, test or function: names in order, the first of which must be given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signature {
    /// How the template calls it.
    pub name: &'static str,
    /// How many parameters have no default.
    pub required: usize,
    /// All parameters; the first of a filter or test is what it is applied to.
    pub parameters: &'static [&'static str],
}

/// A body: the bound arguments to a value.
pub(super) type Body = fn(&mut State<'_, '_>, &Arguments) -> Result<Value, Error>;

/// Arguments in the order of a signature's parameters; what was not given is absent.
#[derive(Debug)]
pub(super) struct Arguments {
    name: &'static str,
    parameters: &'static [&'static str],
    values: Vec<Option<Value>>,
}

/// A call as written: positional arguments, then keyword arguments.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// Positional arguments.
    pub positional: Vec<Value>,
    /// Keyword arguments in order.
    pub keyword: Vec<(String, Value)>,
}

impl Call {
    /// Splits minijinja's argument list.
    pub(super) fn new(values: &[Value]) -> Self {
        let mut call = Self::default();
        for value in values {
            match Kwargs::try_from(value.clone()) {
                Ok(kwargs) if value.is_kwargs() => {
                    let pair = |name: &str| (name.to_owned(), kwargs.peek(name).unwrap_or(Value::UNDEFINED));
                    call.keyword.extend(kwargs.args().map(pair));
                }
                _ => call.positional.push(value.clone()),
            }
        }
        call
    }
}

impl Arguments {
    /// Binds a call to a signature. Fails as Python does: too many, given twice, unknown, missing.
    pub(super) fn bind(signature: &Signature, call: Call) -> Result<Self, Error> {
        let name = signature.name;
        let count = signature.parameters.len();
        if call.positional.len() > count {
            return Err(refuse(format!("`{name}` takes at most {} arguments", count.saturating_sub(1))));
        }
        let mut values: Vec<Option<Value>> = call.positional.into_iter().map(Some).collect();
        values.resize(count, None);
        for (keyword, value) in call.keyword {
            let position = signature.parameters.iter().position(|parameter| *parameter == keyword);
            match position.and_then(|position| values.get_mut(position)) {
                Some(slot @ None) => *slot = Some(value),
                Some(Some(_)) => return Err(refuse(format!("`{name}` got its argument `{keyword}` twice"))),
                None => return Err(refuse(format!("`{name}` has no argument `{keyword}`"))),
            }
        }
        let parameters = signature.parameters;
        let missing = values.iter().zip(parameters).take(signature.required).find(|(value, _)| value.is_none());
        if let Some((_, parameter)) = missing {
            return Err(refuse(format!("`{name}` needs its argument `{parameter}`")));
        }
        Ok(Self { name, parameters, values })
    }

    /// The filter's, test's or function's name.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// The argument at a position, where one was given.
    pub(super) fn get(&self, position: usize) -> Option<&Value> {
        self.values.get(position).and_then(Option::as_ref)
    }

    /// What a filter or test is applied to, undefined or not.
    pub(super) fn subject(&self) -> Value {
        self.get(0).cloned().unwrap_or_default()
    }

    /// What a filter or test is applied to; fails on an undefined value.
    pub(super) fn defined(&self, state: &State<'_, '_>) -> Result<Value, Error> {
        let value = self.subject();
        ensure_defined(state, &value)?;
        Ok(value)
    }

    /// The argument at a position as a flag, by Python's truth.
    pub(super) fn flag(&self, state: &State<'_, '_>, position: usize, default: bool) -> Result<bool, Error> {
        match self.get(position) {
            Some(value) => {
                ensure_defined(state, value)?;
                Ok(value.is_true())
            }
            None => Ok(default),
        }
    }

    /// The argument at a position as a whole number.
    pub(super) fn integer(&self, state: &State<'_, '_>, position: usize, default: i64) -> Result<i64, Error> {
        match self.get(position) {
            Some(value) => {
                ensure_defined(state, value)?;
                whole_number(value).ok_or_else(|| self.wrong(position, "a whole number"))
            }
            None => Ok(default),
        }
    }

    /// The argument at a position as text; what is no string is printed.
    pub(super) fn text(&self, state: &State<'_, '_>, position: usize, default: &str) -> Result<String, Error> {
        match self.get(position) {
            Some(value) => text_of(state, value),
            None => Ok(default.to_owned()),
        }
    }

    /// The argument at a position where it is given and not None.
    pub(super) fn some(&self, position: usize) -> Option<&Value> {
        self.get(position).filter(|value| !value.is_none())
    }

    /// The error for an argument of the wrong kind.
    pub(super) fn wrong(&self, position: usize, wanted: &str) -> Error {
        let parameter = self.parameters.get(position).copied().unwrap_or("value");
        if position == 0 {
            return refuse(format!("`{}` needs {wanted} to work on", self.name));
        }
        refuse(format!("the argument `{parameter}` of `{}` must be {wanted}", self.name))
    }
}

/// Fails on an undefined value with minijinja's error, which knows the expression that made it.
pub(super) fn ensure_defined(state: &State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        StringInput::new(state, value)?;
    }
    Ok(())
}

/// A defined value as Python's `str()` prints it.
pub(super) fn text_of(state: &State<'_, '_>, value: &Value) -> Result<String, Error> {
    ensure_defined(state, value)?;
    to_text(value)
}

/// A whole number; Python's True and False are 1 and 0.
pub(super) fn whole_number(value: &Value) -> Option<i64> {
    match value.kind() {
        ValueKind::Bool => Some(i64::from(value.is_true())),
        ValueKind::Number if value.is_integer() => value.as_i64(),
        _ => None,
    }
}

/// The items of a defined value that Python could iterate over.
pub(super) fn items_of(state: &State<'_, '_>, value: &Value) -> Result<Vec<Value>, Error> {
    ensure_defined(state, value)?;
    if value.is_none() {
        return Err(refuse("none is not iterable; use a list"));
    }
    let mut items = Vec::new();
    for item in value.try_iter()?.checked() {
        state.consume_fuel(1)?;
        items.push(item?);
    }
    Ok(items)
}

/// Adds a filter.
pub(super) fn add_filter(environment: &mut Environment<'_>, signature: &'static Signature, body: Body) {
    let filter = move |state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>| -> Result<Value, Error> {
        let arguments = Arguments::bind(signature, Call::new(&values.into_values()))?;
        body(state, &arguments)
    };
    environment.add_filter(signature.name, filter);
}

/// Adds a test.
pub(super) fn add_test(environment: &mut Environment<'_>, signature: &'static Signature, body: Body) {
    let test = move |state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>| -> Result<bool, Error> {
        let arguments = Arguments::bind(signature, Call::new(&values.into_values()))?;
        body(state, &arguments).map(|value| value.is_true())
    };
    environment.add_test(signature.name, test);
}
