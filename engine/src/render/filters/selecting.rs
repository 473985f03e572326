//! Filters that go through items: map, select, reject, selectattr, rejectattr, attr.

use minijinja::value::{Kwargs, Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value};

use crate::render::arguments::{Arguments, Call, Signature, add_filter, ensure_defined, items_of};
use crate::render::error::refuse;
use crate::render::sequences::Generator;

const ATTR: Signature = Signature { name: "attr", required: 2, parameters: &["obj", "name"] };

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'_>) {
    environment.add_filter("map", map);
    environment.add_filter("select", |state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>| {
        select(state, Call::new(&values.into_values()), false, true)
    });
    environment.add_filter("reject", |state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>| {
        select(state, Call::new(&values.into_values()), false, false)
    });
    environment.add_filter("selectattr", |state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>| {
        select(state, Call::new(&values.into_values()), true, true)
    });
    environment.add_filter("rejectattr", |state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>| {
        select(state, Call::new(&values.into_values()), true, false)
    });
    add_filter(environment, &ATTR, attr);
}

/// The attribute of an item by a path such as `tags.0`, or by an index. What is missing is undefined; reading
/// on from there fails.
pub(super) fn attribute_of(item: &Value, attribute: &Value) -> Result<Value, Error> {
    let Some(path) = attribute.as_str() else {
        return item.get_item(attribute);
    };
    let mut found = item.clone();
    for part in path.split('.') {
        if found.is_undefined() {
            return Err(refuse("an attribute on the way to the last one is undefined"));
        }
        found = match part.parse::<i64>() {
            Ok(index) if !part.starts_with(['-', '+']) => found.get_item(&Value::from(index))?,
            _ => found.get_attr(part)?,
        };
    }
    Ok(found)
}

/// As [`attribute_of`]; what is missing is the default, where there is one.
pub(super) fn attribute_or(item: &Value, attribute: &Value, default: Option<&Value>) -> Result<Value, Error> {
    let found = attribute_of(item, attribute)?;
    Ok(match default {
        Some(default) if found.is_undefined() && !default.is_none() => default.clone(),
        _ => found,
    })
}

fn map(state: &mut State<'_, '_>, values: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let call = Call::new(&values.into_values());
    let Some((subject, rest)) = call.positional.split_first() else {
        return Err(refuse("`map` needs a list to work on"));
    };
    let items = items_of(state, subject)?;
    let mut mapped = Vec::with_capacity(items.len());
    if let Some((name, more)) = rest.split_first() {
        ensure_defined(state, name)?;
        let name = name.as_str().ok_or_else(|| refuse("the first argument of `map` is the name of a filter"))?;
        let mut arguments: Vec<Value> = vec![Value::UNDEFINED];
        arguments.extend(more.iter().cloned());
        if !call.keyword.is_empty() {
            arguments.push(Value::from(call.keyword.iter().cloned().collect::<Kwargs>()));
        }
        for item in items {
            if let Some(first) = arguments.first_mut() {
                *first = item;
            }
            mapped.push(state.apply_filter(name, &arguments)?);
        }
        return Ok(Generator::value(mapped));
    }
    let (attribute, default) = map_keywords(&call)?;
    for item in items {
        mapped.push(attribute_or(&item, attribute, default)?);
    }
    Ok(Generator::value(mapped))
}

fn map_keywords(call: &Call) -> Result<(&Value, Option<&Value>), Error> {
    let (mut attribute, mut default) = (None, None);
    for (name, value) in &call.keyword {
        match name.as_str() {
            "attribute" => attribute = Some(value),
            "default" => default = Some(value),
            _ => return Err(refuse(format!("`map` has no argument `{name}`"))),
        }
    }
    let attribute = attribute.ok_or_else(|| refuse("`map` needs the name of a filter, or `attribute=`"))?;
    Ok((attribute, default))
}

fn select(state: &mut State<'_, '_>, call: Call, by_attribute: bool, keep: bool) -> Result<Value, Error> {
    let mut arguments = call.positional.into_iter();
    let subject = arguments.next().unwrap_or_default();
    let attribute = if by_attribute {
        Some(arguments.next().ok_or_else(|| refuse("this filter needs the name of an attribute"))?)
    } else {
        None
    };
    let test = arguments.next();
    let more: Vec<Value> = arguments.collect();
    let mut kept = Vec::new();
    for item in items_of(state, &subject)? {
        let tested = match &attribute {
            Some(attribute) => attribute_of(&item, attribute)?,
            None => item.clone(),
        };
        let holds = match &test {
            Some(test) => holds(state, test, tested, &more)?,
            None => {
                ensure_defined(state, &tested)?;
                tested.is_true()
            }
        };
        if holds == keep {
            kept.push(item);
        }
    }
    Ok(Generator::value(kept))
}

fn holds(state: &mut State<'_, '_>, test: &Value, tested: Value, more: &[Value]) -> Result<bool, Error> {
    ensure_defined(state, test)?;
    let name = test.as_str().ok_or_else(|| refuse("the name of a test must be text"))?;
    let mut arguments = vec![tested];
    arguments.extend(more.iter().cloned());
    state.perform_test(name, &arguments)
}

/// Reads an attribute only: the members of a dict are items, not attributes.
fn attr(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let value = arguments.defined(state)?;
    let name = arguments.text(state, 1, "")?;
    match value.kind() {
        ValueKind::Plain | ValueKind::Seq => value.get_attr(&name),
        _ => Ok(Value::UNDEFINED),
    }
}
