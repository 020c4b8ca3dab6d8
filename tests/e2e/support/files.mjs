// The files that a store loads: packages as METRC answers them, and yesterday's sales as a POS exports
// them. Dates count from today, so that nothing here ever expires.

import { readFileSync } from 'node:fs';

const shape = JSON.parse(readFileSync(new URL('../../data/metrc-active.json', import.meta.url))).Data[0];

/** The tags, by what the tests call them. */
export const TAGS = {
  oldGummies: '1A4060300002EE1000018701',
  newGummies: '1A4060300002EE1000018702',
  flower: '1A4060300002EE1000018703',
  failed: '1A4060300002EE1000018704',
  vape: '1A4060300002EE1000018705',
};
export const GUMMIES = 'Tidewater Sour Cherry Gummies';
export const FLOWER = 'Harbor Lane Fog Signal Eighth';
export const VAPE = 'Lantern Vape Cartridge';

const day = (from) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);

/** One package as METRC answers it. */
export function metrc(n, { label, item, category, quantity, expires, received, lab = 'TestPassed' }) {
  return {
    ...shape,
    Id: 52_000 + n,
    Label: label,
    Quantity: quantity,
    OriginalPackageQuantity: quantity,
    UnitOfMeasureName: 'Each',
    UnitOfMeasureAbbreviation: 'ea',
    PackagedDate: day(received - 10),
    ExpirationDate: day(expires),
    UseByDate: null,
    ReceivedDateTime: `${day(received)}T09:14:00-07:00`,
    LabTestingState: lab,
    ProductionBatchNumber: `LOT-${n}`,
    Item: { ...shape.Item, Id: 900 + n, Name: item, ProductCategoryName: category },
  };
}

/** Two lots of gummies (the older expires first), flower, a vape, and gummies that failed the lab. */
export function packages() {
  const gummies = { item: GUMMIES, category: 'Edible' };
  const data = [
    metrc(1, { ...gummies, label: TAGS.oldGummies, quantity: 40, expires: 90, received: -30 }),
    metrc(2, { ...gummies, label: TAGS.newGummies, quantity: 60, expires: 200, received: -5 }),
    metrc(3, { item: FLOWER, category: 'Flower', label: TAGS.flower, quantity: 48, expires: 120, received: -20 }),
    metrc(4, { ...gummies, label: TAGS.failed, quantity: 10, expires: 60, received: -40, lab: 'TestFailed' }),
    metrc(5, { item: VAPE, category: 'Vape Cartridge', label: TAGS.vape, quantity: 24, expires: 300, received: -9 }),
  ];
  return answered(data);
}

/** A whole answer of METRC. */
export function answered(data) {
  const Total = data.length;
  const page = { Total, TotalRecords: Total, PageSize: Math.max(20, Total), CurrentPage: 1, TotalPages: 1 };
  return Buffer.from(JSON.stringify({ Data: data, ...page }));
}

/** Three receipts of yesterday: seven gummies and one eighth went over the front counter. */
export function sales() {
  const date = day(-1);
  return Buffer.from(
    [
      'Transaction ID,Receipt Date,Employee Name,Product Name,Metrc Tag,Quantity,Room,Line Total,Transaction Type',
      `R-1001,${date} 10:04:00,Dana,${GUMMIES},,4,Sales Floor,$72.00,Retail`,
      `R-1002,${date} 11:30:00,Dana,${GUMMIES},,3,Sales Floor,"$54.00",Retail`,
      `R-1002,${date} 11:30:00,Dana,${FLOWER},${TAGS.flower},1,Sales Floor,$35.00,Retail`,
      '',
    ].join('\r\n'),
  );
}
