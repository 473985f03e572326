//! S3 objects, with the bucket in the path.

use axum::http::Method;
use bytes::Bytes;

use super::answer::Refusal;
use super::world::World;

/// The S3 operation of a method.
pub(super) fn action(method: &Method) -> &'static str {
    if method == Method::PUT { "PutObject" } else { "GetObject" }
}

/// Puts or gets an object.
pub(super) fn call(world: &mut World, method: &Method, path: &str, body: Bytes) -> Result<Bytes, Refusal> {
    if method == Method::PUT {
        world.objects.insert(path.to_owned(), body);
        return Ok(Bytes::new());
    }
    let missing = || Refusal::new("NoSuchKey", "The specified key does not exist.");
    world.objects.get(path).cloned().ok_or_else(missing)
}

/// A template by its URL, as CloudFormation reads it.
pub(super) fn text(world: &World, address: &str) -> Result<String, Refusal> {
    let refusal = |what: &str| Refusal::validation(format!("S3 error: {what}"));
    let address = url::Url::parse(address).map_err(|_| refusal("TemplateURL must be a supported URL."))?;
    let object = world.objects.get(address.path()).ok_or_else(|| refusal("Access Denied"))?;
    String::from_utf8(object.to_vec()).map_err(|_| refusal("the template is not text"))
}
