//! `argon2id[salt, parameters](password)`: Argon2id version 0x13 (RFC 9106), 32 bytes out.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};

use crate::memory::Key;

pub(crate) const SALT_BYTES: usize = 32;

const MIB_IN_KIB: u32 = 1024;
/// What calibration aims at for one unlock on the machine that makes the slot.
const CALIBRATED_MILLIS: u128 = 500;
const CALIBRATED_MEMORY_KIB_MAX: u32 = 256 * MIB_IN_KIB;

/// What all password slots of a file may cost together, in KiB × passes: 64 GiB once. Every one of them may have to be
/// tried. It is room for 256 slots at the floor, or for 85 of 256 MiB and three passes.
pub(crate) const COST_TOGETHER_MAX: u64 = 64 * 1024 * 1024;

/// The cost of one slot, within the bounds of LOCK-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The slot asks for a key derivation that is too weak or too costly to be ours.")]
pub struct KdfBoundsError;

#[derive(Debug, thiserror::Error)]
#[error("The key could not be derived from the password.")]
pub struct KdfError(#[from] argon2::Error);

impl KdfParams {
    /// The weakest cost that is written or read.
    pub const FLOOR: Self = Self {
        memory_kib: 64 * MIB_IN_KIB,
        passes: 3,
        lanes: 1,
    };
    /// The costliest that is read: more would let a planted file stop the machine.
    pub const CEILING: Self = Self {
        memory_kib: 1024 * MIB_IN_KIB,
        passes: 20,
        lanes: 8,
    };

    /// Checks the bounds; no work is done on parameters outside them.
    pub fn parse(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfBoundsError> {
        let (floor, ceiling) = (Self::FLOOR, Self::CEILING);
        let within = (floor.memory_kib..=ceiling.memory_kib).contains(&memory_kib)
            && (floor.passes..=ceiling.passes).contains(&passes)
            && (floor.lanes..=ceiling.lanes).contains(&lanes);
        if within {
            Ok(Self {
                memory_kib,
                passes,
                lanes,
            })
        } else {
            Err(KdfBoundsError)
        }
    }

    /// Measures this machine once at the floor and scales to about half a second: memory first,
    /// up to 256 MiB, then passes.
    pub fn calibrated() -> Result<Self, KdfError> {
        let start = Instant::now();
        derive_kek(b"calibration", &[0; SALT_BYTES], Self::FLOOR)?;
        Ok(Self::scaled(start.elapsed()))
    }

    /// Argon2's time grows with memory × passes.
    fn scaled(floor_took: Duration) -> Self {
        let floor_millis = floor_took.as_millis().max(1);
        let times = u32::try_from(CALIBRATED_MILLIS / floor_millis)
            .unwrap_or(u32::MAX)
            .max(1);
        let memory_kib = Self::FLOOR
            .memory_kib
            .saturating_mul(times)
            .min(CALIBRATED_MEMORY_KIB_MAX);
        let passes_times = times / (memory_kib / Self::FLOOR.memory_kib);
        let passes = Self::FLOOR
            .passes
            .saturating_mul(passes_times)
            .min(Self::CEILING.passes);
        Self {
            memory_kib,
            passes,
            ..Self::FLOOR
        }
    }

    /// The same where it costs no more than `room`, else as strong as that allows: fewer passes first, then less memory,
    /// and never below the floor.
    pub(crate) fn within(self, room: u64) -> Self {
        if self.cost() <= room {
            return self;
        }
        let at_most = |room: u64| u32::try_from(room).unwrap_or(u32::MAX);
        let passes = at_most(room / u64::from(self.memory_kib));
        if passes >= Self::FLOOR.passes {
            return Self { passes, ..self };
        }
        let memory_kib = at_most(room / u64::from(Self::FLOOR.passes));
        Self {
            memory_kib: memory_kib.clamp(Self::FLOOR.memory_kib, self.memory_kib),
            passes: Self::FLOOR.passes,
            ..self
        }
    }

    /// KiB × passes.
    pub(crate) fn cost(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }

    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    pub fn passes(self) -> u32 {
        self.passes
    }

    pub fn lanes(self) -> u32 {
        self.lanes
    }
}

/// The key that seals a password slot's identity.
pub(crate) fn derive_kek(
    password: &[u8],
    salt: &[u8; SALT_BYTES],
    params: KdfParams,
) -> Result<Key<32>, KdfError> {
    let params = Params::new(params.memory_kib, params.passes, params.lanes, Some(32))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(Key::build(|kek| {
        argon2.hash_password_into(password, salt, kek)
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_01_parameters_at_both_bounds_are_accepted() {
        for bound in [KdfParams::FLOOR, KdfParams::CEILING] {
            assert_eq!(
                KdfParams::parse(bound.memory_kib, bound.passes, bound.lanes),
                Ok(bound)
            );
        }
    }

    #[test]
    fn lock_01_parameters_past_either_bound_are_refused() {
        let (floor, ceiling) = (KdfParams::FLOOR, KdfParams::CEILING);
        for (memory_kib, passes, lanes) in [
            (floor.memory_kib - 1, floor.passes, floor.lanes),
            (floor.memory_kib, floor.passes - 1, floor.lanes),
            (floor.memory_kib, floor.passes, floor.lanes - 1),
            (ceiling.memory_kib + 1, ceiling.passes, ceiling.lanes),
            (ceiling.memory_kib, ceiling.passes + 1, ceiling.lanes),
            (ceiling.memory_kib, ceiling.passes, ceiling.lanes + 1),
            (0, 0, 0),
            (u32::MAX, u32::MAX, u32::MAX),
        ] {
            assert_eq!(
                KdfParams::parse(memory_kib, passes, lanes),
                Err(KdfBoundsError)
            );
        }
    }

    #[test]
    fn lock_01_a_cost_that_others_leave_no_room_for_is_lowered_to_the_floor_at_most() {
        let wanted = KdfParams::parse(256 * MIB_IN_KIB, 6, 1).expect("within bounds");
        let within = |room| {
            let params = wanted.within(room);
            assert_eq!(
                KdfParams::parse(params.memory_kib, params.passes, params.lanes),
                Ok(params)
            );
            assert!(params.cost() <= room.max(KdfParams::FLOOR.cost()));
            (params.memory_kib / MIB_IN_KIB, params.passes)
        };
        assert_eq!(within(wanted.cost()), (256, 6));
        assert_eq!(within(wanted.cost() - 1), (256, 5));
        assert_eq!(within(u64::from(wanted.memory_kib) * 3), (256, 3));
        assert_eq!(within(u64::from(wanted.memory_kib) * 3 - 1), (255, 3));
        assert_eq!(within(KdfParams::FLOOR.cost()), (64, 3));
        assert_eq!(within(0), (64, 3));
    }

    #[test]
    fn lock_01_calibration_scales_memory_first_and_never_leaves_the_bounds() {
        let scaled = |millis| {
            let params = KdfParams::scaled(Duration::from_millis(millis));
            assert_eq!(
                KdfParams::parse(params.memory_kib, params.passes, params.lanes),
                Ok(params)
            );
            (params.memory_kib / MIB_IN_KIB, params.passes)
        };
        assert_eq!(scaled(5_000), (64, 3), "a slow machine stays at the floor");
        assert_eq!(scaled(250), (128, 3));
        assert_eq!(scaled(125), (256, 3));
        assert_eq!(scaled(62), (256, 6));
        assert_eq!(scaled(0), (256, 20));
    }
}
