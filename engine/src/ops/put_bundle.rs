//! The upload of a bundle for `proton-engine register`, beside the API.

use sha2::{Digest as _, Sha256};

use super::{ApiError, Engine};

pub(super) async fn handle(engine: &Engine, sha256_hex: &str, bytes: &[u8]) -> Result<(), ApiError> {
    let found = hex::encode(Sha256::digest(bytes));
    if found != sha256_hex {
        return Err(ApiError::invalid(format!(
            "The bundle's SHA-256 is {found}, but it was uploaded as {sha256_hex}. Upload it again."
        )));
    }
    let mut writer = engine.store.write().await?;
    writer.put_bundle(&found, bytes).await?;
    engine.commit(writer).await
}
