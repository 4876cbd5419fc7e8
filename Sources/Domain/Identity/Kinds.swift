/// The kind of ``ProjectID``.
package enum ProjectKind {}
/// The kind of ``RunID``.
package enum RunKind {}
/// The kind of ``StepID``.
package enum StepKind {}
/// The kind of ``SessionID``.
package enum SessionKind {}
/// The kind of ``TurnID``.
package enum TurnKind {}
/// The kind of ``ActionID``.
package enum ActionKind {}
/// The kind of ``GateID``.
package enum GateKind {}
/// The kind of ``ReceiptID``.
package enum ReceiptKind {}
/// The kind of ``ChargeID``.
package enum ChargeKind {}
/// The kind of ``ReservationID``.
package enum ReservationKind {}
/// The kind of ``JobID``.
package enum JobKind {}

package typealias ProjectID = ID<ProjectKind>
package typealias RunID = ID<RunKind>
package typealias StepID = ID<StepKind>
package typealias SessionID = ID<SessionKind>
package typealias TurnID = ID<TurnKind>
package typealias ActionID = ID<ActionKind>
package typealias GateID = ID<GateKind>
package typealias ReceiptID = ID<ReceiptKind>
package typealias ChargeID = ID<ChargeKind>
package typealias ReservationID = ID<ReservationKind>
package typealias JobID = ID<JobKind>
