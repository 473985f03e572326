//! Conversions between the model's names and Rust's.

/// `templateName` → `template_name`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut previous_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && previous_lower {
            out.push('_');
        }
        previous_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        out.push(character.to_ascii_lowercase());
    }
    out
}

/// A member's field name: snake case, raw where it is a keyword.
pub fn field(name: &str) -> String {
    let snake = snake(name);
    if snake == "type" { "r#type".to_owned() } else { snake }
}

/// `ResourceName` → `RESOURCE_NAME`.
pub fn constant(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// `IN_PROGRESS` and `inProgress` → `InProgress`.
pub fn variant(value: &str) -> String {
    let shouting = !value.chars().any(|character| character.is_ascii_lowercase());
    let words = value.split(['_', '-']);
    words.map(|word| if shouting { capital(&word.to_ascii_lowercase()) } else { capital(word) }).collect()
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
