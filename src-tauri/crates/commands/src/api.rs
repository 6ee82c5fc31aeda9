//! What goes in and out: one struct a request and an answer, named in the table of commands and exported to TypeScript.
//!
//! A request only settles the form of the JSON (400). Values of members that the rules judge stay text here and are judged by the use
//! case (422), which is why enumerations and required members are not typed more narrowly.

mod audit;
mod backup;
mod board;
mod catalogue;
mod connection;
mod event;
mod given;
mod history;
mod import;
mod location;
mod member;
mod policy;
mod reuse;
mod rotation;
mod run;
mod secret;
mod session;
mod settings;
mod trash;
mod vault_settings;
mod vaults;
mod verification;

pub use audit::{
    AuditExport, AuditExportTo, AuditExported, AuditFilters, AuditLine, AuditList, AuditPage,
    AuditVerified, BadEntry, JobCancel,
};
pub use backup::{
    BackupCheck, BackupCreated, BackupFile, BackupPath, BackupRestorePath, BackupRestored, BackupTo,
};
pub use board::{
    AgeWeek, BoardVerified, BulkPlan, BulkRefused, BulkStarted, DueDay, DueSecret, RotationBoard,
    RotationBulkAsk, RotationBulkPlan, RotationBulkStart, RotationBulkStarted,
};
pub use catalogue::{
    Catalogue, CatalogueConnectionField, CatalogueConnectionMethod, CatalogueConnectionType,
    CatalogueField, CatalogueLocationType, CatalogueMethod, CatalogueOfferAsks, CatalogueParameter,
    CatalogueReference, CatalogueRotation, CatalogueType, ConsoleOpen, PresetView,
};
pub use connection::{
    ConnectionAnswer, ConnectionCreate, ConnectionDelete, ConnectionField, ConnectionList,
    ConnectionMutation, ConnectionPage, ConnectionRef, ConnectionRotateToken, ConnectionUpdate,
    ConnectionView,
};
pub use event::{Changed, Event, LockReason};
pub use given::{Empty, GivenPath, Object, Required, Whole};
pub use history::{SecretHistory, SecretRestore, VersionDestroy, VersionView};
pub use import::{
    FileOpen, FileOpened, ImportAnswer, ImportApplied, ImportBecomes, ImportChoose, ImportChosen,
    ImportColumn, ImportCounts, ImportFieldCounts, ImportFile, ImportFileDestroy,
    ImportFileDestroyed, ImportFormat, ImportGroup, ImportItem, ImportLeftOut, ImportLiveAll,
    ImportLiveChosen, ImportLiveItem, ImportLiveItems, ImportLiveOpen, ImportLiveOpened,
    ImportLivePage, ImportLiveSource, ImportLiveVault, ImportLiveVaults, ImportLocation,
    ImportNeeds, ImportPaste, ImportPasted, ImportPath, ImportPreview, ImportQuestion,
    ImportQuestionChoice, ImportRead, ImportRef, ImportReport, ImportReportSave, ImportReportSaved,
    ImportSame, MaskedField,
};
pub use location::{
    EndpointOffer, EndpointOffered, LocationAnswer, LocationCreate, LocationDelete, LocationList,
    LocationMutation, LocationPage, LocationRef, LocationUpdate, LocationView,
};
pub use member::{
    ExposedKind, ExposedSecret, Exposure, FormerMember, IdentityRenew, IdentityRenewed, Member,
    MemberChanged, MemberExposed, MemberExposures, MemberInvite, MemberInvited, MemberList,
    MemberRemove, MemberUpdate, VaultJoin, VaultRekey,
};
pub use policy::{Interval, ManagedGiven, ManagedView, PolicyAnswer, PolicyGet, PolicySet};
pub use reuse::{AliveKey, ReuseGroup, ReuseList, SharedValue, ValueFind, ValueFound, ValueHolder};
pub use rotation::{
    KeyView, LastUseView, OldKeyGiven, PlannedLocation, RotationBlock, RotationDecide,
    RotationKeyDelete, RotationKeyDeleted, RotationList, RotationPlan, RotationPlanAsk,
    RotationPlanned, RotationRef, RotationStart, SecretNamed, WhyNotManaged,
};
pub use run::{
    OldKeyView, OpenRotation, RotationAnswer, RotationChoice, RotationEnd, RotationError,
    RotationLooked, RotationPage, RotationQuestion, RotationStep, RotationTest, RotationView,
    RunState, WorkerView,
};
pub use secret::{
    FieldMapping, FieldMappingView, Generate, HintView, HistoryGiven, HistoryView, IdentityView,
    Mutation, SecretAnswer, SecretCopied, SecretCopy, SecretCreate, SecretField, SecretHints,
    SecretHintsAnswer, SecretList, SecretPage, SecretRef, SecretUpdate, SecretView, TagCount,
    TagList, VaultCounts, VaultNeeds,
};
pub use session::{
    AppStatus, ClipboardStatus, MemberView, PasswordChange, PasswordStrength, PasswordStrengthAsk,
    RecoveryRenew, RecoveryRenewed, SessionState, VaultUnlock,
};
pub use settings::{Settings, SettingsUpdate};
pub use trash::{SecretDelete, TrashEmptied, TrashList};
pub use vault_settings::{Room, TierRoom, TierSet, VaultSettings};
pub use vaults::{
    CheckProblem, CheckedCounts, SheetSaved, VaultAdded, VaultCheck, VaultCreate, VaultCreated,
    VaultList, VaultListed, VaultState, VaultView,
};
pub use verification::{
    LocationVerify, LocationsVerified, LocationsVerify, SecretVerified, VerificationView,
    VerifyProblem, VersionVerified,
};
