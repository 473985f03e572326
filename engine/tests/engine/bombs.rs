//! Archives that promise little and hold much, or promise much and hold little. None costs more than the limits.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use proton_engine::bundle::Fault;
use proton_engine::bundle::archive::{Limits, unpack};
use rstest::rstest;
use tar::{EntryType, Header};

/// One block of a header as it stands, with any size.
fn header(path: &str, kind: EntryType, size: u64) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_path(path).unwrap();
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(size);
    header.set_cksum();
    header.as_bytes().to_vec()
}

/// A gzip member of some bytes and then many zeros.
fn gzip(bytes: &[u8], zeros: u64) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    std::io::copy(&mut std::io::repeat(0).take(zeros), &mut encoder).unwrap();
    encoder.finish().unwrap()
}

fn refused(archive: &[u8]) -> String {
    let error = unpack(archive, &Limits::default()).unwrap_err();
    assert_eq!(error.fault, Fault::Archive);
    error.to_string()
}

const MORE: u64 = 80 << 20;

#[rstest]
#[case::a_large_file(EntryType::Regular, MORE, MORE)]
#[case::a_large_name(EntryType::GNULongName, MORE, MORE)]
#[case::a_large_link_name(EntryType::GNULongLink, MORE, MORE)]
#[case::a_large_extension(EntryType::XHeader, MORE, MORE)]
#[case::a_large_global_extension(EntryType::XGlobalHeader, MORE, MORE)]
#[case::a_promise_of_everything(EntryType::Regular, u64::MAX / 2, 1 << 20)]
#[case::a_name_of_everything(EntryType::GNULongName, u64::MAX / 2, 1 << 20)]
#[case::an_extension_of_everything(EntryType::XHeader, u64::MAX / 2, 1 << 20)]
#[case::a_sparse_file(EntryType::GNUSparse, 0, 1024)]
fn entries_that_lie(#[case] kind: EntryType, #[case] size: u64, #[case] zeros: u64) {
    refused(&gzip(&header("schema/schema.yaml", kind, size), zeros));
}

/// A sparse file of a terabyte, of which nothing is there.
#[test]
fn holes_are_not_filled() {
    let mut header = Header::new_gnu();
    header.set_path("schema/schema.yaml").unwrap();
    header.set_entry_type(EntryType::GNUSparse);
    header.set_size(0);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.realsize = *b"100000000000";
    let [first, ..] = &mut gnu.sparse;
    first.offset = *b"077777777777";
    first.numbytes = *b"000000000000";
    header.set_cksum();
    refused(&gzip(header.as_bytes(), 1024));
}

/// A pax header may give a size that no block of the archive has.
#[rstest]
#[case("size=99999999999999")]
#[case("size=18446744073709551615")]
#[case("size=-1")]
#[case("path=../../etc/passwd")]
#[case("linkpath=/etc/passwd\n20 path=/etc/shadow")]
#[case("GNU.sparse.realsize=1099511627776")]
fn extensions_that_lie(#[case] record: &str) {
    let length = record.len() + 4;
    let record = format!("{length} {record}\n");
    let mut bytes = header("x", EntryType::XHeader, record.len() as u64);
    bytes.extend_from_slice(record.as_bytes());
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes.extend(header("schema/schema.yaml", EntryType::Symlink, 1));
    refused(&gzip(&bytes, 2048));
}

/// Members of gzip one after the other are one stream, so their limit is one too.
#[test]
fn many_members_are_no_way_around() {
    let member = gzip(&[], 4 << 20);
    let mut archive = gzip(&header("schema/schema.yaml", EntryType::Regular, 1 << 30), 0);
    for _ in 0..40 {
        archive.extend_from_slice(&member);
    }
    assert!(archive.len() < Limits::default().compressed_bytes);
    let said = refused(&archive);
    assert!(said.contains("unpacked bundle has more than"), "{said}");
}

/// What follows the end of the archive is read too, to check the checksum: it counts.
#[test]
fn padding_counts() {
    let mut bytes = header("schema/schema.yaml", EntryType::Regular, 1);
    bytes.extend_from_slice(&[b'x'; 512]);
    bytes.extend_from_slice(&[0; 1024]);
    assert!(unpack(&gzip(&bytes, 1 << 20), &Limits::default()).is_ok());
    refused(&gzip(&bytes, MORE));
}
