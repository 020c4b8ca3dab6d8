// The shapes of the box's API, as its contract names them. Numbers of stock are decimal strings
// with at most four decimals; times are UTC RFC 3339; money is integer cents.

export type Role = 'budtender' | 'technician' | 'manager' | 'compliance' | 'auditor' | 'owner';
export type Unit = 'ea' | 'g' | 'mg' | 'kg' | 'oz' | 'lb' | 'ml' | 'l' | 'floz';
export type Language = 'en' | 'es';
export type PlaceKind =
  | 'unsorted' | 'dock' | 'bin' | 'tote' | 'floor' | 'packed' | 'quarantine' | 'waste' | 'account';
export type DeviceKind = 'own' | 'shared' | 'kiosk';
export type Permission =
  | 'request' | 'receive_tote' | 'see_stock' | 'pick' | 'move' | 'count' | 'found'
  | 'override_fifo' | 'approve' | 'edit_catalogue' | 'import' | 'people' | 'devices' | 'cases'
  | 'tasks' | 'settings' | 'journal' | 'backup' | 'undo_any';
export type BlockReason =
  | 'lab_not_passed' | 'on_hold' | 'recalled' | 'expired' | 'open_discrepancy' | 'quarantined'
  | 'unsorted';

export interface Quantity { value: string; unit: Unit }
export interface UserRef { id: number; name: string }
export interface PlaceRef { id: number; name: string; kind: PlaceKind; code: string }
export interface ProductRef { id: number; sku: string; name: string; unit: Unit }
export interface PackageRef {
  id: number; tag: string; product: ProductRef; batch: string | null; expires: string | null;
}

// The box, trust, sign-in

export interface BoxInfo {
  id: string; name: string; version: string; host: string; claimed: boolean; setup_open: boolean;
  fingerprint: string; now: string; zone: string;
}
export interface ClaimInput {
  code: string; store_name: string; zone: string; jurisdiction: string; owner_name: string;
  device_name: string; language: Language;
}
export interface Claimed { user: UserRef; pin: string; device: Device }
export interface PairInput { secret: string; device_name?: string }
export interface Tile { id: number; name: string; initials: string; role: Role }
export interface SignInInput { user: number; pin: string }
export interface Session {
  user: { id: number; name: string; role: Role; language: Language };
  device: { id: number; name: string; kind: DeviceKind };
  permissions: Permission[];
  idle_lock_s: number;
  store: { name: string; zone: string };
  session: string;
}
export interface ApprovalInput {
  approver: number; pin: string; action: 'fifo_override' | 'undo'; subject: string;
}
export interface Approval { token: string; approver: UserRef; expires: string }

// Catalogue

export interface Par { place: number; quantity: string }
export interface Product {
  id: number; sku: string; name: string; brand: string | null; category: string; unit: Unit;
  content: Quantity | null; gtins: string[]; price_cents: number | null; active: boolean;
  pars: Par[]; on_hand: Quantity; version: number;
}
export interface ProductInput {
  sku: string; name: string; brand: string | null; category: string; unit: Unit;
  content: Quantity | null; gtins: string[]; price_cents: number | null; active: boolean;
  pars: Par[]; version?: number;
}
export interface Place {
  id: number; name: string; kind: PlaceKind; code: string; area: string | null; walk: number;
  pos_room: string | null; active: boolean; packages: number; version: number;
}
export interface PlaceInput {
  name: string; kind: PlaceKind; area: string | null; walk: number; pos_room: string | null;
  active: boolean; version?: number;
}
export interface PlaceView { place: Place; lines: StockLine[]; tasks: Task[] }
export interface ProductView { product: Product; lines: StockLine[] }
export interface StockLine {
  package: PackageRef; place: PlaceRef; quantity: Quantity; reserved: Quantity; sellable: boolean;
  blocked: BlockReason[]; received: string | null; packaged: string | null; open: boolean;
}
export interface Package {
  id: number; tag: string; product: ProductRef; batch: string | null; unit: Unit;
  packaged: string | null; received: string | null; expires: string | null;
  unit_cost_cents: number | null; supplier: string | null; manifest: string | null;
  lab_state: string; on_hold: boolean; blocked: BlockReason[];
  places: { place: PlaceRef; quantity: Quantity; reserved: Quantity }[];
  readings: Reading[];
}
export interface Reading { book: 'state' | 'pos'; quantity: Quantity; at: string; source: string }
export interface LifeEvent {
  seq: number; at: string; kind: string; by: UserRef | null; device: string | null;
  via: 'device' | 'console' | 'system'; reason: string | null; from: PlaceRef | null;
  to: PlaceRef | null; quantity: Quantity | null; reverses: number | null;
  movement: number | null; undoable: boolean; undone: boolean;
}
export interface PackageView { package: Package; life: LifeEvent[] }

// Scanning

export type Resolved =
  | { kind: 'package'; package: Package; via: 'tag' | 'retail_id'; unit_index: number | null;
      here: boolean | null }
  | { kind: 'product'; product: ProductRef; gtin: string; packages: StockLine[] }
  | { kind: 'place'; place: Place }
  | { kind: 'tote'; place: Place; pick: number | null }
  | { kind: 'pick'; pick: number; code: string }
  | { kind: 'case'; case: number }
  | { kind: 'user'; user: UserRef }
  | { kind: 'pairing' }
  | { kind: 'neighbour'; text: string; near: PackageRef[] }
  | { kind: 'ambiguous'; text: string; packages: PackageRef[]; products: ProductRef[] }
  | { kind: 'unknown'; text: string; mangled: boolean;
      reads_as: 'tag' | 'gtin' | 'code' | 'retail_id' | 'text' };

// Moving

export interface MoveInput {
  package: number; from: number; to: number; quantity: Quantity; scanned?: string; reason?: string;
}
export interface Moved {
  seq: number; movement: number; package: PackageRef; from: PlaceRef; to: PlaceRef;
  quantity: Quantity; left: Quantity; now: Quantity;
}
export interface FoundInput { place: number; quantity: Quantity; scanned?: string; note?: string }
export interface Found {
  case: number; case_code: string; moved: Moved[]; from_account: Quantity | null;
}

// Restock

export interface Station { place: PlaceRef; lines: StationLine[] }
export interface StationLine {
  product: ProductRef & { brand: string | null; category: string; gtins: string[] };
  par: string | null; on_hand: string; on_the_way: string; suggested: string; vault: string;
  expires: string | null;
}
export interface RequestInput {
  station: number; lines: { product: number; quantity: string }[]; note?: string;
}
export interface RequestLine {
  product: ProductRef; quantity: string; picked: string; received: string; short: string;
  short_reason: string | null;
}
export type RequestState = 'open' | 'picking' | 'in_transit' | 'done' | 'cancelled';
export interface Request {
  id: number; code: string; station: PlaceRef; state: RequestState; by: UserRef; at: string;
  note: string | null; lines: RequestLine[]; pick: number | null; picker: UserRef | null;
  carrier: UserRef | null; to: UserRef | null; handed_at: string | null; done_at: string | null;
  late: boolean;
}
export interface PickLine {
  id: number; n: number; package: PackageRef; bin: PlaceRef; area: string | null;
  planned: Quantity; picked: Quantity; planned_count: string;
  state: 'to_pick' | 'picked' | 'short'; received: Quantity | null; short_reason: string | null;
  gtins: string[]; request_line: number;
}
export interface Shortage {
  product: ProductRef; wanted: string; planned: string;
  reasons: { reason: BlockReason | 'reserved' | 'none_in_store' | 'only_on_floor';
             quantity: string }[];
}
export type PickState = 'picking' | 'in_transit' | 'done' | 'cancelled';
export interface Pick {
  id: number; code: string; kind: 'restock'; request: Request; state: PickState; picker: UserRef;
  tote: PlaceRef | null; carrier: UserRef | null; to: UserRef | null; lines: PickLine[];
  shortages: Shortage[]; created: string; handed_at: string | null; due: string | null;
  done_at: string | null; version: number;
}
export interface TakeInput {
  bin: number; package: number; quantity: Quantity; scanned: string; line?: number;
  approval?: string; reason?: string;
}
export interface Taken { pick: Pick; line: number; moved: Moved }
export interface ShortInput {
  line: number; reason: 'empty_bin' | 'not_found' | 'damaged' | 'other'; found: string;
  note?: string;
}
export interface Shorted { pick: Pick; task: number; next: PickLine | null }
export interface ToteInput { tote: number }
export interface HandoverInput { to: number }
export interface ReceiptInput {
  station: number; lines: { line: number; counted: string }[]; tote_scanned: string;
}
export interface Receipt {
  pick: Pick; cases: { id: number; code: string; line: number; difference: string }[];
}

// Cases and tasks

export type CaseKind =
  | 'custody' | 'found' | 'sale' | 'unknown_package' | 'discrepancy' | 'late_tote';
export interface Case {
  id: number; code: string; kind: CaseKind; title: string; state: 'open' | 'closed';
  subject: { kind: string; id: number; label: string } | null; place: PlaceRef | null;
  opened_at: string; opened_by: UserRef | null; assignee: UserRef | null; due: string | null;
  outcome: string | null; closed_at: string | null; evidence: number;
}
export interface Evidence {
  at: string; by: UserRef | null; kind: string; text: string; seq: number | null;
}
export interface CaseView { case: Case; evidence: Evidence[]; journal_from: number }
export interface CloseInput { outcome: string; settle?: { to: number } }
export interface Task {
  id: number; kind: 'count_bin' | 'check_case' | 'put_away' | 'late_tote'; title: string;
  state: 'open' | 'done'; place: PlaceRef | null; package: PackageRef | null;
  case: number | null; assignee: UserRef | null; due: string | null; opened_at: string;
  outcome: string | null;
}

// Import

export type ImportState = 'reading' | 'preview' | 'applying' | 'applied' | 'discarded' | 'refused';
export interface Import {
  id: number; kind: 'packages' | 'sales'; file_name: string; state: ImportState;
  why: string | null; rows: number;
  counts: { new: number; changed: number; unchanged: number; refused: number;
            needs_mapping: number; unplaced: number };
  applied_rows: number; opening: boolean; by: UserRef | null; at: string;
}
export type ImportRowState =
  | 'new' | 'changed' | 'unchanged' | 'refused' | 'needs_mapping' | 'applied' | 'unplaced';
export interface ImportRow {
  row: number; state: ImportRowState; label: string; field: string | null; value: string | null;
  reason: string | null; changes: { field: string; was: string | null; now: string | null }[];
}
export interface Mapping {
  item: string; category: string | null; unit: Unit; rows: number; candidates: ProductRef[];
  product: ProductRef | null; make: boolean;
}
export interface MappingInput {
  item: string; product?: number;
  make?: { sku: string; name: string; category: string; unit: Unit; content: Quantity | null };
}
export interface ConfirmInput { opening: boolean }

// People and devices

export interface User {
  id: number; name: string; role: Role; active: boolean; language: Language; badge_code: string;
  expires: string | null; last_seen: string | null;
}
export interface UserInput { name: string; role: Role; language: Language; expires?: string | null }
export interface PinIssued { user: UserRef; pin: string }
export interface Device {
  id: number; name: string; kind: DeviceKind; enrolled_at: string; enrolled_by: UserRef | null;
  last_seen: string | null; revoked_at: string | null; current: boolean;
}
export interface Pairing {
  id: number; code: string; url: string; qr_svg: string; kind: DeviceKind; name: string | null;
  expires: string;
}
export interface PairingInput { kind: DeviceKind; name?: string }
export interface PermissionRow { permission: Permission; roles: Role[]; routes: string[] }

// Settings, journal, backup

export interface Settings {
  store_name: string; zone: string; jurisdiction: string; transit_limit_min: number;
  idle_lock_shared_s: number; idle_lock_own_s: number; business_day_starts: string;
  slip_paper: 'letter' | 'a4'; expiry_warning_days: number; version: number;
}
export interface JournalEntry {
  seq: number; at: string; kind: string; by: UserRef | null; device: string | null; via: string;
  hash: string; body: Record<string, unknown>;
}
export interface Verified {
  ok: boolean; entries: number; movements: number; head: string; first_bad: number | null;
  what: string | null; took_ms: number;
}
export interface Backup {
  name: string; at: string; bytes: number; verified: boolean; entries: number; head: string;
}
export interface Board { now: string; requests: Request[]; late: number; store: string }

// Live

export type Topic =
  | 'requests' | 'picks' | 'stock' | 'places' | 'products' | 'cases' | 'tasks' | 'imports'
  | 'users' | 'devices' | 'settings';
export interface Change {
  topics: Topic[]; ids?: Partial<Record<Topic, number[]>>; seq?: number;
}
