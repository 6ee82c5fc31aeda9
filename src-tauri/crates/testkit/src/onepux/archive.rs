//! Zip files, good and bad.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A zip with these entries, whatever their names; without times, so that it is the same every time.
pub fn zip_archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in entries {
        zip.start_file(*name, options)
            .expect("a name that zip takes");
        zip.write_all(content).expect("memory takes all");
    }
    zip.finish().expect("memory takes all").into_inner()
}

/// The same with every entry marked as encrypted.
pub fn encrypted_archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    const ENCRYPTED: u8 = 1;
    let mut bytes = zip_archive(entries);
    for (signature, flags_at) in [(*b"PK\x03\x04", 6), (*b"PK\x01\x02", 8)] {
        let headers: Vec<usize> = bytes
            .windows(4)
            .enumerate()
            .filter(|(_, window)| *window == signature)
            .map(|(at, _)| at)
            .collect();
        for header in headers {
            if let Some(flags) = bytes.get_mut(header + flags_at) {
                *flags |= ENCRYPTED;
            }
        }
    }
    bytes
}
