// Spanish as spoken in the United States, key by key the shape of English.

import type { en } from './en.ts';
import type { Shape } from './shape.ts';
import { es as admin } from './admin.ts';
import { es as certificate } from './certificate.ts';
import { es as common } from './common.ts';
import { es as errors } from './errors.ts';
import { es as picks } from './picks.ts';
import { es as restock } from './restock.ts';
import { es as scan } from './scan.ts';
import { es as shell } from './shell.ts';
import { es as signin } from './signin.ts';
import { es as stock } from './stock.ts';

export const es = { common, errors, scan, shell, signin, restock, picks, stock, admin, certificate } satisfies Shape<typeof en>;
