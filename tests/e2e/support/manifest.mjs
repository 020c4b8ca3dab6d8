// A shipment as METRC tells of it: three cases of gummies from a licensed farm, due in an hour.

import { GUMMIES } from './files.mjs';

export const STORE_LICENSE = 'C10-0000777-LIC';
export const ORIGIN = 'C11-0000123-LIC';
export const FARM = 'Harbor Lane Farms';
export const BATCH = 'SC-77';
export const CASES = {
  hundred: '1A4060300002EE1000090001', fifty: '1A4060300002EE1000090002', ten: '1A4060300002EE1000090013',
};

export function manifest({ number = '0000420001', delivery = 11, packages, ...changed } = {}) {
  const from = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
  return {
    ManifestNumber: number, DeliveryId: delivery, ShipperFacilityLicenseNumber: ORIGIN,
    ShipperFacilityName: FARM, RecipientFacilityLicenseNumber: STORE_LICENSE,
    RecipientFacilityName: 'Evergreen on 5th', DriverName: 'R. Alvarez',
    DriverOccupationalLicenseNumber: 'D-5512', VehicleMake: 'Ford', VehicleModel: 'Transit',
    VehicleLicensePlateNumber: '8ABC123', EstimatedDepartureDateTime: from(-60),
    EstimatedArrivalDateTime: from(60), LastModified: from(-120), IsVoided: false,
    Packages: packages ?? [[CASES.hundred, 100], [CASES.fifty, 50], [CASES.ten, 10]].map(([tag, count]) => one(tag, count)),
    ...changed,
  };
}

export function one(tag, count, changed = {}) {
  return {
    PackageId: Number(tag.slice(-5)), PackageLabel: tag, ItemName: GUMMIES, ItemCategoryName: 'Edible',
    ShippedQuantity: count, ShippedUnitOfMeasureName: 'Each', LabTestingState: 'TestPassed',
    ProductionBatchNumber: BATCH, ExpirationDate: '2031-06-01', ShipmentPackageState: 'Shipped', ...changed,
  };
}

const type = 'application/octet-stream';

/** What a store has set up before its first shipment: its license, a dock, a cage, the state's register. */
export async function dockOf(store) {
  for (const [name, kind] of [['Dock', 'dock'], ['Quarantine', 'quarantine']]) {
    const place = { name, kind, area: null, walk: 0, pos_room: null, active: true };
    store.places[name] = await store.owner.post('/places', place);
  }
  const settings = await store.owner.get('/settings');
  await store.owner.put('/settings', { ...settings, license_number: STORE_LICENSE });
  const register =
    'license_number,license_type,license_status,business_legal_name,expiration_date,data_refreshed_date\n' +
    `${ORIGIN},Distributor,Active,${FARM},2031-12-31,2026-11-01\n`;
  await store.owner.send('PUT', '/licenses?name=register.csv', Buffer.from(register), { type });
}

/** A passing COA of the batch. */
export async function coaOf(store) {
  const page = await store.owner.send('POST', '/documents?name=coa.pdf', Buffer.from('%PDF-1.7 passed'), { type });
  await store.owner.post('/coas', {
    product: store.products[GUMMIES].id, batch: BATCH, pages: [page.sha256], lab: 'Clear Lab', tested: '2026-01-02',
    passed: true,
  });
}

/** Enters a manifest; the shipment's id. */
export async function enters(store, given = manifest()) {
  const file = Buffer.from(JSON.stringify({ Data: [given], TotalPages: 1 }));
  const entered = await store.owner.send('POST', '/shipments/file?name=incoming.json', file, { type });
  return entered.shipments[0].shipment;
}
