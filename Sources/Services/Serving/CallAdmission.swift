import Gateway

/// Whether an attempt is paid for; the ledger of keys has a word of the same name.
typealias CallAdmission = Admission
