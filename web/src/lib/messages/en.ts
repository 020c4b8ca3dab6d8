// English, the source of every text. Each noun has its own file.

import { en as adjust } from './adjust.ts';
import { en as admin } from './admin.ts';
import { en as cases } from './cases.ts';
import { en as catalogue } from './catalogue.ts';
import { en as certificate } from './certificate.ts';
import { en as channels } from './channels.ts';
import { en as common } from './common.ts';
import { en as counts } from './counts.ts';
import { en as device } from './device.ts';
import { en as dock } from './dock.ts';
import { en as errors } from './errors.ts';
import { en as fulfil } from './fulfil.ts';
import { en as imports } from './imports.ts';
import { en as investigate } from './investigate.ts';
import { en as kiosk } from './kiosk.ts';
import { en as orders } from './orders.ts';
import { en as people } from './people.ts';
import { en as picks } from './picks.ts';
import { en as record } from './record.ts';
import { en as restock } from './restock.ts';
import { en as scan } from './scan.ts';
import { en as scanner } from './scanner.ts';
import { en as settings } from './settings.ts';
import { en as setup } from './setup.ts';
import { en as shell } from './shell.ts';
import { en as signin } from './signin.ts';
import { en as stock } from './stock.ts';
import { en as unsaved } from './unsaved.ts';

export const en = {
  adjust, admin, cases, catalogue, certificate, channels, common, counts, device, dock, errors, fulfil,
  imports, investigate, kiosk, orders, people, picks, record, restock, scan, scanner, settings, setup, shell,
  signin, stock, unsaved,
};
