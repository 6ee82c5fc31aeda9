//! Import: what is asked, what is shown before, and what came of it.

mod asked;
mod live;
mod report;
mod shown;

pub use asked::{
    FileOpen, FileOpened, ImportAnswer, ImportChoose, ImportFile, ImportFileDestroy,
    ImportFileDestroyed, ImportPaste, ImportPasted, ImportPath, ImportRef, ImportReportSave,
    ImportReportSaved,
};
pub use live::{
    ImportLiveAll, ImportLiveChosen, ImportLiveItem, ImportLiveItems, ImportLiveOpen,
    ImportLiveOpened, ImportLivePage, ImportLiveSource, ImportLiveVault, ImportLiveVaults,
};
pub use report::{
    ImportApplied, ImportChosen, ImportFieldCounts, ImportGroup, ImportLeftOut, ImportReport,
};
pub use shown::{
    ImportBecomes, ImportColumn, ImportCounts, ImportFormat, ImportItem, ImportLocation,
    ImportNeeds, ImportPreview, ImportQuestion, ImportQuestionChoice, ImportRead, ImportSame,
    MaskedField,
};
