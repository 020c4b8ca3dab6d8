// Spanish as spoken in the United States, key by key the shape of English.

import type { en } from './en.ts';
import type { Shape } from './shape.ts';
import { es as adjust } from './adjust.ts';
import { es as admin } from './admin.ts';
import { es as cases } from './cases.ts';
import { es as catalogue } from './catalogue.ts';
import { es as certificate } from './certificate.ts';
import { es as channels } from './channels.ts';
import { es as common } from './common.ts';
import { es as counts } from './counts.ts';
import { es as device } from './device.ts';
import { es as dock } from './dock.ts';
import { es as errors } from './errors.ts';
import { es as fulfil } from './fulfil.ts';
import { es as imports } from './imports.ts';
import { es as investigate } from './investigate.ts';
import { es as kiosk } from './kiosk.ts';
import { es as orders } from './orders.ts';
import { es as people } from './people.ts';
import { es as picks } from './picks.ts';
import { es as record } from './record.ts';
import { es as restock } from './restock.ts';
import { es as scan } from './scan.ts';
import { es as scanner } from './scanner.ts';
import { es as settings } from './settings.ts';
import { es as setup } from './setup.ts';
import { es as shell } from './shell.ts';
import { es as signin } from './signin.ts';
import { es as stock } from './stock.ts';
import { es as unsaved } from './unsaved.ts';

export const es: Shape<typeof en> = {
  adjust, admin, cases, catalogue, certificate, channels, common, counts, device, dock, errors, fulfil,
  imports, investigate, kiosk, orders, people, picks, record, restock, scan, scanner, settings, setup, shell,
  signin, stock, unsaved,
};
