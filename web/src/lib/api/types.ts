// The shapes of the box's API under the names the screens use. They come from schema.d.ts, which
// `npm run types` writes from the document the box serves: screens and box cannot drift apart.

import type { components } from './schema.d.ts';

type Schemas = components['schemas'];

/** An answer as it is sent: every member is there, though it may be null. The document allows
 *  members that may be null to be left out, which the box never does. */
type Sent<T> = T extends (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
    : T;
type Answer<Name extends keyof Schemas> = Sent<Schemas[Name]>;

// Words

export type Role = Schemas['Role'];
export type Unit = Schemas['Unit'];
export type Language = Schemas['Language'];
export type Words = Schemas['Words'];
export type PlaceKind = Schemas['PlaceKind'];
export type DeviceKind = Schemas['DeviceKind'];
export type Permission = Schemas['Permission'] | 'see_orders' | 'work_orders' | 'hand_over' | 'order_sources';
export type BlockReason = Schemas['BlockReason'];
export type RequestState = Schemas['RequestState'];
export type PickState = Schemas['PickState'];
export type CaseKind = Schemas['CaseKind'];
export type ImportState = Schemas['ImportState'];

// Adjustments, and what must be entered outside for them

export type AdjustInput = Schemas['AdjustInput'];
export type AdjustReasons = Answer<'AdjustReasons'>;
export type Adjustment = Answer<'Adjustment'>;
export type Correction = Answer<'Correction'>;
export type Counterpart = Answer<'Counterpart'>;
export type EnteredRead = Answer<'EnteredRead'>;
export type Intent = Answer<'Intent'>;
export type Meter = Answer<'Meter'>;
export type OffItem = Answer<'OffItem'>;
export type SaleLine = Answer<'SaleLine'>;
export type SoldReceipt = Answer<'SoldReceipt'>;

// Investigations

export type CauseInput = Schemas['CauseInput'];
export type Clue = Answer<'Clue'>;
export type Investigation = Answer<'Investigation'>;
export type OpenVariance = Answer<'OpenVariance'>;
export type Shrink = Answer<'Shrink'>;
export type Suspect = Answer<'Suspect'>;

// Small shapes that others hold

export type Quantity = Answer<'Quantity'>;
export type UserRef = Answer<'UserRef'>;
export type PlaceRef = Answer<'PlaceRef'>;
export type ProductRef = Answer<'ProductRef'>;
export type PackageRef = Answer<'PackageRef'>;

// The box, trust, sign-in

export type BoxInfo = Answer<'BoxInfo'>;
export type Certificates = Answer<'Certificates'>;
export type StoreCertificate = Answer<'StoreFacts'>;
export type ClaimInput = Schemas['ClaimInput'];
export type Claimed = Answer<'Claimed'>;
export type PairInput = Schemas['PairInput'];
export type Tile = Answer<'Tile'>;
export type SignInInput = Schemas['SignInInput'];
export type Session = Answer<'Session'>;
export type ApprovalInput = Schemas['ApprovalInput'];
export type Approval = Answer<'Approval'>;

// Catalogue and stock

export type Par = Answer<'Par'>;
export type Product = Answer<'Product'>;
export type ProductInput = Schemas['ProductInput'];
export type ProductView = Answer<'ProductView'>;
export type Place = Answer<'Place'>;
export type PlaceInput = Schemas['PlaceInput'];
export type PlaceView = Answer<'PlaceView'>;
export type StockLine = Answer<'StockLine'>;
export type Package = Answer<'Package'>;
export type PackageView = Answer<'PackageView'>;
export type Reading = Answer<'Reading'>;
export type LifeEvent = Answer<'LifeEvent'>;

type Unknown = Extract<Answer<'Resolved'>, { kind: 'unknown' }>;
export type Resolved =
  | Exclude<Answer<'Resolved'>, Unknown>
  | (Omit<Unknown, 'reads_as'> & { reads_as: 'tag' | 'gtin' | 'code' | 'retail_id' | 'text' });

// Moving

export type MoveInput = Schemas['MoveInput'];
export type Moved = Answer<'Moved'>;
export type FoundInput = Schemas['FoundInput'];
export type Found = Answer<'Found'>;

// Restock

export type Station = Answer<'Station'>;
export type StationLine = Answer<'StationLine'>;
export type RequestInput = Schemas['RequestInput'];
export type RequestLine = Answer<'RequestLine'>;
export type PickLine = Answer<'PickLine'>;
export type PickOrder = Answer<'PickOrder'>;
export type WalkShort = Answer<'PickShort'>;
export type OrderDecision = Schemas['DecisionInput'];
export type Shortage = Answer<'Shortage'>;
export type TakeInput = Schemas['TakeInput'];
export type ShortInput = Schemas['ShortInput'];
export type ToteInput = Schemas['ToteInput'];
export type HandoverInput = Schemas['HandoverInput'];
export type ReceiptInput = Schemas['ReceiptInput'];

/** Some person always asks and some person always picks; the document leaves room for the box. */
type Asked<T> = Omit<T, 'by'> & { by: UserRef };
type Picked<T> = Omit<T, 'request' | 'picker'> & {
  /** Nothing for a walk of orders. */
  request: Request | null;
  picker: UserRef;
};
type WithPick<T> = Omit<T, 'pick'> & { pick: Pick };
export type Request = Asked<Answer<'Request'>>;
export type Pick = Picked<Answer<'Pick'>>;
export type Taken = WithPick<Answer<'Taken'>>;
export type Shorted = WithPick<Answer<'Shorted'>>;
export type Receipt = WithPick<Answer<'Receipt'>>;
export type Board = Omit<Answer<'Board'>, 'requests'> & { requests: Request[] };

// Online orders

export type OrderState = Schemas['OrderState'];
export type OrderWay = Schemas['OrderWay'];
export type OrderWhy = Schemas['OrderWhy'];
export type PackCheck = Schemas['PackCheck'];
export type IdType = Schemas['IdType'];
export type OrderRow = Answer<'OrderRow'>;
export type Orders = Answer<'Orders'>;
export type OrderItem = Answer<'OrderItem'>;
export type OrderSubstitute = Answer<'OrderSubstitute'>;
export type OrderLine = Answer<'OrderLine'>;
export type OrderAsked = Answer<'OrderAsked'>;
export type Order = Answer<'Order'>;
export type OrderInput = Schemas['OrderInput'];
export type OrdersTaken = Answer<'OrdersTaken'>;
export type OrderFormat = Schemas['OrderFormat'];
export type OrderProof = Schemas['OrderProof'];
export type OrderSource = Answer<'OrderSource'>;
export type SourceItem = Answer<'SourceItem'>;
export type OrderTimes = Answer<'OrderTimes'>;

// Receiving and quarantine

export type Shipment = Answer<'Shipment'>;
export type ShipmentView = Answer<'ShipmentView'>;
export type ShipmentLine = Answer<'ShipmentLine'>;
export type DoorField = Answer<'DoorField'>;
export type Finding = Answer<'Finding'>;
export type Condition = Schemas['Condition'];
export type How = Schemas['How'];
export type CountInput = Schemas['CountInput'];
export type ItemInput = Schemas['ItemInput'];
export type Received = Answer<'Received'>;
export type AtDock = Answer<'Scanned'>;
export type ProductChoice = Answer<'ProductChoice'>;
export type Entered = Answer<'Entered'>;
export type Register = Answer<'Register'>;
export type Document = Answer<'Document'>;
export type Coa = Answer<'Coa'>;
export type CoaInput = Schemas['CoaInput'];
export type EvidenceInput = Schemas['EvidenceInput'];
export type HoldReason = Schemas['HoldReason'];
export type Quarantine = Answer<'Quarantine'>;
export type Held = Answer<'Held'>;
export type Alert = Answer<'Alert'>;
export type Recall = Answer<'Recall'>;
export type RecallView = Answer<'RecallView'>;
export type RecalledPackage = Answer<'RecalledPackage'>;
export type RecallInput = Schemas['RecallInput'];
export type DamageInput = Schemas['DamageInput'];
export type ReturnInput = Schemas['ReturnInput'];

// Counts

export type CountScope = Answer<'Scope'>;
export type Count = Answer<'Count'>;
export type CountView = Answer<'CountView'>;
export type CountSpot = Answer<'CountPlace'>;
export type CountLine = Answer<'CountLine'>;
export type CountRecount = Answer<'Recount'>;
export type CountResult = Answer<'CountResult'>;
export type CountResultLine = Answer<'ResultLine'>;
export type CountSubmitted = Answer<'Submitted'>;
export type CountDue = Answer<'Due'>;
export type CountSchedule = Answer<'Schedule'>;
export type CountScheduleInput = Schemas['ScheduleInput'];
export type CountSaid = Answer<'CountSaid'>;
export type CountTrend = Answer<'Trend'>;
export type CountMoment = Schemas['Moment'];
export type CountLineInput = Schemas['LineInput'];
export type CountPlaceInput = Schemas['BeginInput'];
export type CountDoneInput = Schemas['PlaceDoneInput'];
export type CountStartInput = Schemas['StartInput'];

// Cases and tasks

export type Case = Answer<'Case'>;
export type CaseView = Answer<'CaseView'>;
export type Evidence = Answer<'Evidence'>;
export type Verdict = Schemas['Verdict'];
export type CloseInput = Schemas['CloseInput'];
export type Task = Answer<'Task'>;

// Import

export type Import = Answer<'Import'>;
export type ImportRow = Answer<'ImportRow'>;
export type Mapping = Answer<'Mapping'>;
export type MappingInput = Schemas['MappingInput'];
export type ConfirmInput = Schemas['ConfirmInput'];

export type ImportRowState = Schemas['RowState'];

// People and devices

export type User = Answer<'User'>;
export type UserInput = Schemas['UserInput'];
export type PinIssued = Answer<'PinIssued'>;
export type Device = Answer<'Device'>;
export type Pairing = Answer<'Pairing'>;
export type PairingInput = Schemas['PairingInput'];
export type PermissionRow = Answer<'PermissionRow'>;

// Settings, record, backup

export type Settings = Answer<'Settings'> & {
  order_data_days: number; pack_photo: boolean; order_aging_h: number; pick_target_min: number;
  pack_target_min: number; awaiting_sale_h: number;
};
export type JournalEntry = Answer<'JournalEntry'>;
export type Verified = Answer<'Verified'>;
export type Backup = Answer<'Backup'>;
export type Backups = Answer<'Backups'>;
export type BackupInput = Schemas['BackupInput'];
export type BackupMade = Answer<'BackupMade'>;

// Alerts outside the store

export type ChannelKind = keyof Answer<'Channels'>;
export type Channels = Answer<'Channels'>;
export type Standing = Answer<'Standing'>;
export type WebhookChannel = Answer<'WebhookChannel'>;
export type WebhookInput = Schemas['WebhookInput'];
export type WebhookAnswer = Answer<'WebhookAnswer'>;
export type EmailChannel = Answer<'EmailChannel'>;
export type EmailInput = Schemas['EmailInput'];
export type MailSecurity = Schemas['MailSecurity'];

// Live, which the document does not describe

export type Topic =
  | 'requests' | 'picks' | 'stock' | 'places' | 'products' | 'cases' | 'tasks' | 'imports'
  | 'users' | 'devices' | 'settings' | 'shipments' | 'alerts'
  | 'channels' | 'counts' | 'intents' | 'orders';
export interface Change {
  topics: Topic[];
  ids?: Partial<Record<Topic, number[]>>;
  seq?: number;
}

// The copy a device keeps to resolve scans without the box

export type Copy = Answer<'StockCopy'>;
export type CopiedPackage = Copy['packages'][number];
export type CopiedProduct = Copy['products'][number];
export type CopiedPlace = Copy['places'][number];
