//! A minijinja environment with Jinja2's settings.

use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value};

use super::error::refuse;
use super::limits::Limits;
use super::markers::Markers;
use super::proton_filters::{self, Block};
use super::python_format::to_text;
use super::{filters, globals, methods, operators, tests};

/// Builds the environment of one rendering.
pub(super) fn environment(limits: &Limits, markers: &Markers) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(limits.fuel));
    // Errors then name the undefined expression. What it would print besides is never shown.
    environment.set_debug(true);
    environment.set_loader(no_other_templates);
    let markers = markers.clone();
    environment
        .set_formatter(move |out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value| print(out, state, value, &markers));
    environment.set_unknown_method_callback(methods::call);
    globals::install(&mut environment);
    operators::install(&mut environment);
    filters::install(&mut environment);
    proton_filters::install(&mut environment);
    tests::install(&mut environment);
    environment
}

fn no_other_templates(_: &str) -> Result<Option<String>, Error> {
    Err(refuse("include, extends and import are not available: a file of a bundle stands alone"))
}

/// Prints a value as Jinja2 does; the lines of a Proton filter go between markers.
fn print(out: &mut Output<'_>, state: &State<'_, '_>, value: &Value, markers: &Markers) -> Result<(), Error> {
    if let Some(block) = value.downcast_object_ref::<Block>() {
        return out.write_str(&markers.wrap(block.text())).map_err(Error::from);
    }
    let escaping = !matches!(state.auto_escape(), AutoEscape::None);
    if value.kind() == ValueKind::String && (!escaping || value.is_safe()) {
        return out.write_str(value.as_str().unwrap_or("")).map_err(Error::from);
    }
    let text = to_text(value)?;
    let text = if escaping && !value.is_safe() { filters::html::escaped(&text) } else { text };
    out.write_str(&text).map_err(Error::from)
}
