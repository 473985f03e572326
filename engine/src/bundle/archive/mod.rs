//! Bundle archives: gzip-compressed tar files in the shapes that packers really write.
//!
//! Two shapes are read: the layout at the archive's root (also with `./` or one leading `/`), or inside a top-level
//! folder. The layout root is the folder that holds `schema/schema.yaml`; what lies outside it is left out. Archives
//! come from strangers: nothing is written to disk, links, devices and `..` are refused, and a decompression bomb
//! stops at the limit.

mod entry;
mod folder;
mod limits;
mod pack;
mod root;
mod unpack;

pub use folder::read_folder;
pub use limits::Limits;
pub use pack::{pack, pack_files};
pub use root::SCHEMA_FILE;
pub use unpack::unpack;
