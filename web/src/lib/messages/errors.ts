// Every refusal of the box in words: what was wrong, what was expected, what to do now. The facts
// come from the problem's members, already in the person's language and units.

import type { Shape } from './shape.ts';

/** What a problem's members say, as short texts; those not given are null. */
export interface Facts {
  /** The place, package or both that would have been right. */
  expected: string | null;
  /** Who holds it. */
  by: string | null;
  /** The pick's code. */
  pick: string | null;
  /** The order's code. */
  order: string | null;
  available: string | null;
  left: string | null;
  reasons: string | null;
  roles: string | null;
  field: string | null;
  line: string | null;
  next: string | null;
  /** When it was, in the store's time. */
  at: string | null;
  /** Where FIFO would go next: "B-02: Gummies (…0012345)". */
  lots: string | null;
  /** How long to wait. */
  wait: string | null;
  tries: string | null;
}

const or = (fact: string | null, text: (fact: string) => string, without: string): string =>
  fact === null ? without : text(fact);

const takenBy = ({ by, at }: Facts): string =>
  by === null ? '' : at === null ? `${by} took from it. ` : `${by} took from it at ${at}. `;

export const en = {
  unexpected: { title: 'That did not work', text: (_: Facts) => 'Try again. If it stays, tell a manager.' },
  offline: { title: 'The box cannot be reached', text: (_: Facts) => 'Check that this device is on the store’s Wi-Fi, then try again.' },
  timeout: { title: 'The box did not answer in time', text: (_: Facts) => 'Try again in a moment.' },
  garbled: { title: 'The answer could not be read', text: (_: Facts) => 'Reload the app, then try again.' },
  not_stored: { title: 'This device could not keep it', text: (_: Facts) => 'Nothing was saved. Free some space or leave private browsing, then try again.' },

  bad_request: { title: 'Something is filled in wrong', text: (f: Facts) => or(f.field, (x) => `Check “${x}”.`, 'Check what you entered.') },
  signed_out: { title: 'Sign in again', text: (_: Facts) => 'Enter your PIN. What you did is kept.' },
  not_enrolled: { title: 'This device is not on the store’s list', text: (_: Facts) => 'A manager can add it again.' },
  forbidden: { title: 'Not allowed for your role', text: (f: Facts) => or(f.roles, (x) => `This takes: ${x}. Ask one of them.`, 'Ask a manager.') },
  not_found: { title: 'It is not here', text: (_: Facts) => 'It may have been removed, or the link is old.' },
  key_reused: { title: 'Sent twice with different content', text: (_: Facts) => 'The first one counted. Look at the result before doing it again.' },
  too_large: { title: 'Too large', text: (_: Facts) => 'The box does not take that much at once. Split it.' },
  too_many_requests: { title: 'Too many tries', text: (f: Facts) => or(f.wait, (x) => `Wait ${x}, then try again.`, 'Wait a moment, then try again.') },
  busy: { title: 'The box is busy', text: (_: Facts) => 'It will be tried again by itself.' },
  outcome_unknown: { title: 'Not certain that it was saved', text: (_: Facts) => 'It is sent again by itself and counts only once.' },
  internal: { title: 'Something failed inside the box', text: (_: Facts) => 'Nothing was changed. Try again; if it stays, tell the owner.' },
  read_only: { title: 'The box takes no changes just now', text: (_: Facts) => 'Looking things up works. Tell the owner.' },
  disk_full: { title: 'The box’s disk is full', text: (_: Facts) => 'Nothing is lost. The owner has to make room.' },
  changed_meanwhile: { title: 'Someone else changed it meanwhile', text: (_: Facts) => 'Their version is shown now. Make your change again.' },

  wrong_pin: { title: 'That is not the PIN', text: (f: Facts) => or(f.tries, (x) => `${x} left before a pause.`, 'Try again.') },
  badge_needed: { title: 'Scan your badge', text: (_: Facts) => 'On this screen your badge comes first, then your PIN.' },
  wrong_code: { title: 'That code does not fit', text: (_: Facts) => 'Read it again. Codes work once and for a short time.' },
  setup_closed: { title: 'The setup window is closed', text: (_: Facts) => 'On the box, run “backstock claim-code” to open it again.' },
  already_claimed_box: { title: 'This box has an owner already', text: (_: Facts) => 'Sign in instead.' },
  too_many_pairings: { title: 'Too many pairing codes are open', text: (_: Facts) => 'Use one of them, or withdraw one first.' },
  pairing_expired: { title: 'This pairing code no longer works', text: (_: Facts) => 'Ask the manager for a new one.' },

  not_enough: { title: 'Not enough there', text: (f: Facts) => takenBy(f) + or(f.available, (x) => `The book has ${x} there. Count it, and enter what is really there.`, 'The book has less there. Count it.') },
  blocked_place: { title: 'Not into this place', text: (_: Facts) => 'What is in this package may not go there. Choose another place.' },
  same_place: { title: 'It is there already', text: (_: Facts) => 'Choose another place to move it to.' },
  reserved: { title: 'Set aside for a pick', text: (f: Facts) => or(f.pick, (x) => `Pick ${x} needs it. Take from another package, or ask its picker.`, 'Take from another package.') },
  unit_mismatch: { title: 'The unit does not fit', text: (f: Facts) => or(f.expected, (x) => `This package is kept in ${x}.`, 'Use the unit of the package.') },
  not_yours: { title: 'Someone else did this', text: (f: Facts) => or(f.by, (x) => `${x} can undo it, or a manager with a PIN.`, 'A manager can approve it with a PIN.') },
  later_depends: { title: 'Too late to undo', text: (_: Facts) => 'Something later builds on it. Undo that first, or move it back.' },
  not_undoable: { title: 'This cannot be undone', text: (_: Facts) => 'Move it back instead.' },

  nothing_requested: { title: 'Nothing is requested', text: (_: Facts) => 'Set a quantity for at least one product.' },
  unknown_product: { title: 'A product is not known', text: (f: Facts) => or(f.line, (x) => `Look at line ${x}.`, 'Remove it and add it again.') },
  not_a_station: { title: 'That is not a floor station', text: (_: Facts) => 'Choose or scan your station.' },
  too_late_to_cancel: { title: 'Too late to cancel', text: (f: Facts) => or(f.by, (x) => `${x} is picking it already. Talk to them.`, 'It is being picked already.') },
  already_claimed: { title: 'Someone was faster', text: (f: Facts) => or(f.by, (x) => `${x} has this one. Take the next.`, 'Take the next one.') },

  wrong_bin: { title: 'Wrong bin', text: (f: Facts) => or(f.expected, (x) => `Go to ${x} and scan it.`, 'Scan the bin on the list.') },
  wrong_product: { title: 'Wrong package', text: (f: Facts) => or(f.expected, (x) => `Expected: ${x}. Put this one back.`, 'Put it back and take the one on the list.') },
  newer_lot: { title: 'An older lot goes first', text: (f: Facts) => or(f.expected, (x) => `Take ${x}. A manager can approve this one with a PIN.`, 'Take the older one first.') },
  too_many: { title: 'More than planned', text: (f: Facts) => or(f.left, (x) => `Only ${x} left to take on this line.`, 'Put the rest back.') },
  already_picked: { title: 'Picked already', text: (_: Facts) => 'This line is complete. Go on with the next.' },
  order_left: { title: 'Its order is not picked any more', text: (f: Facts) => `${or(f.order, (x) => `Order ${x} was cancelled or given back. `, '')}${or(f.expected, (x) => `Put it back into ${x}: the books still have it there.`, 'Put it back where it was: the books still have it there.')}` },
  not_pickable: { title: 'This may not be picked', text: (f: Facts) => or(f.reasons, (x) => `${x}. Leave it where it is.`, 'Leave it where it is.') },
  not_there: { title: 'The book has less here', text: (f: Facts) => {
    const has = takenBy(f) + or(f.available, (x) => `It has ${x} here.`, 'It has none here.');
    const next = f.lots ?? f.next;
    return next === null ? `${has} Report it short.` : `${has} Report it short; next: ${next}.`;
  } },
  no_tote: { title: 'No tote yet', text: (_: Facts) => 'Scan an empty tote first.' },
  tote_in_use: { title: 'This tote is in use', text: (f: Facts) => or(f.pick, (x) => `It carries pick ${x}. Take another one.`, 'Take another one.') },
  not_a_tote: { title: 'That is not a tote', text: (_: Facts) => 'Scan the label of an empty tote.' },
  not_your_pick: { title: 'Not your pick', text: (f: Facts) => or(f.by, (x) => `${x} is picking this one.`, 'Someone else is picking this one.') },
  pick_closed: { title: 'This pick is finished', text: (_: Facts) => 'Nothing more can be added to it.' },
  approval_needed: { title: 'A manager has to approve this', text: (_: Facts) => 'Ask one to enter a PIN here.' },
  approval_invalid: { title: 'The approval no longer counts', text: (_: Facts) => 'It works once, for two minutes. Ask again.' },
  nothing_picked: { title: 'Nothing is in the tote', text: (_: Facts) => 'Pick a line, or give the request back to the queue.' },
  lines_open: { title: 'Lines are still open', text: (_: Facts) => 'Pick them, or report them short.' },

  // Receiving and quarantine
  wrong_destination: { title: 'Not for this store', text: (_: Facts) => 'The manifest is for another license. Receive nothing of it.' },
  already_done: { title: 'Dealt with already', text: (f: Facts) => or(f.by, (x) => `${x} did it. Scan the next package.`, 'Scan the next package.') },
  needs_product: { title: 'No product of the store yet', text: (_: Facts) => 'Say which product it is, or make it.' },
  item_known: {
    title: 'It is another product already',
    text: (_: Facts) => 'Somebody said so meanwhile. Look at the line; a manager can change it.',
  },
  tag_known: { title: 'This package is somewhere else', text: (_: Facts) => 'Scan it again, and look whose it is.' },
  no_place: { title: 'There is nowhere to put it', text: (_: Facts) => 'A manager makes a dock and a quarantine place under Places.' },
  paper_unchecked: { title: 'The papers are not checked', text: (_: Facts) => 'Compare them with the state’s copy first.' },
  count_unfounded: { title: 'The count does not add up', text: (_: Facts) => 'Check the packs, the pieces and the weights.' },
  rows_refused: { title: 'Nothing was entered', text: (_: Facts) => 'Mend the rows below and load the file again.' },
  file_refused: { title: 'The file cannot be read', text: (_: Facts) => 'Take it as it was exported: JSON, or a CSV with a heading row.' },
  file_gone: {
    title: 'The file is gone', text: (_: Facts) => 'This device no longer has it. Take or choose it again.',
  },
  not_a_document: { title: 'Neither a PDF nor a picture', text: (_: Facts) => 'Take a photo of it instead.' },
  still_blocked: { title: 'It cannot go yet', text: (_: Facts) => 'Close its case and file its COA first. What a customer brought back is not sold again.' },
  compliance_only: { title: 'Only compliance may let it go', text: (_: Facts) => 'Ask the compliance officer.' },
  nothing_recalled: { title: 'Nothing of it was ever here', text: (_: Facts) => 'Check the batch, the product and the supplier.' },
  revoked: { title: 'Revoked already', text: (_: Facts) => 'This COA does not count any more.' },

  // Written without the box, judged when it arrived
  being_counted: { title: 'It is being counted', text: (_: Facts) => 'You are counting this. Its figures are shown again when the count is over.' },
  count_over: { title: 'This count is over', text: (_: Facts) => 'Look at it again to see how it ended.' },
  nothing_to_count: { title: 'Nothing of the store fits', text: (_: Facts) => 'Choose other places, products or categories.' },
  not_joined: { title: 'Join the count first', text: (_: Facts) => 'Open the count on this device and tap “Count here”.' },
  not_in_count: { title: 'This place is not in the count', text: (_: Facts) => 'Count at the places of its list.' },
  not_in_scope: { title: 'This product is not counted now', text: (_: Facts) => 'Leave it where it is, and go on with the next.' },
  place_taken: { title: 'Somebody counts here already', text: (f: Facts) => or(f.by, (x) => `${x} does. Take it over, or count elsewhere.`, 'Take it over, or count elsewhere.') },
  place_done: { title: 'This place is done', text: (_: Facts) => 'Open it again to count more there.' },
  second_person: { title: 'Somebody else counts this one', text: (f: Facts) => or(f.by, (x) => `${x} counted it before. A second person looks now.`, 'A second person looks now.') },
  unit_counted: { title: 'This unit was counted already', text: (_: Facts) => 'It was scanned at another place of this count. See where it really is.' },
  not_done: { title: 'Places are not done yet', text: (_: Facts) => 'Count them, or say that everything there is counted.' },
  count_again: { title: 'Some things are to be counted again', text: (_: Facts) => 'Count those first; they are on the list.' },
  person_disabled: { title: 'This person no longer works here', text: (_: Facts) => 'What they did before stays. This was not saved; a manager decides.' },
  not_this_device: { title: 'Written before the device was added again', text: (_: Facts) => 'Check that it still holds, then send it again.' },
  signature_invalid: { title: 'The box cannot tell who wrote this', text: (_: Facts) => 'Check that it still holds, then send it again in your name.' },
  author_signed_out: { title: 'Only who wrote this may send it', text: (_: Facts) => 'It is sent when they sign in on this device.' },
  written_too_late: { title: 'Written after the time without the box was over', text: (_: Facts) => 'Check that it still holds, then send it again.' },
  too_old: { title: 'It waited too long', text: (_: Facts) => 'It may have been saved long ago. Look at the books before sending it again.' },

  // Sign-in, people and devices
  too_many_keys: { title: 'Signed in too often on this device', text: (_: Facts) => 'Sign out and in again.' },
  already_revoked: { title: 'Taken off already', text: (_: Facts) => 'This device was taken off before.' },
  not_claimed: { title: 'The box has no owner yet', text: (_: Facts) => 'Set it up first, with the claim code from its console.' },
  needs_approval: { title: 'A manager has to approve it', text: (_: Facts) => 'This is above the store’s limit for the day.' },
  no_variance: { title: 'Nothing to investigate', text: (_: Facts) => 'This case is about something else than a count.' },
  no_cause: { title: 'No cause yet', text: (_: Facts) => 'Write down the cause first, or that it is unknown.' },
  referred: { title: 'Handed over already', text: (_: Facts) => 'The manager has it.' },
  not_referred: { title: 'Nobody handed it over', text: (_: Facts) => 'Hand it to the manager first.' },
  discussed: { title: 'Talked over already', text: (_: Facts) => 'It was written down before.' },
  one_side: { title: 'Both products together', text: (_: Facts) => 'What was sold under another SKU is put right on both: one up, one down.' },
  note_needed: { title: 'This reason needs a note', text: (_: Facts) => 'Say what happened.' },
  not_on_receipt: { title: 'Not on that receipt', text: (_: Facts) => 'Its line did not sell that many of this product, or was corrected already.' },
  already_sent: { title: 'Entered outside already', text: (_: Facts) => 'Adjust it the other way instead.' },
  undone: { title: 'Undone already', text: (_: Facts) => 'Nothing is left to undo.' },
  ended: { title: 'This has ended', text: (_: Facts) => 'It was confirmed or taken back.' },
  look_first: { title: 'Look for it there first', text: (_: Facts) => 'It may have been entered already: search for its token.' },
  second_person_needed: { title: 'A second person has to approve', text: (_: Facts) => 'Nobody approves their own exception. Ask another manager.' },
  name_taken: { title: 'That name is taken', text: (_: Facts) => 'Choose another, so that nobody mixes them up.' },
  wrong_host: { title: 'Wrong address', text: (_: Facts) => 'Open the box by the address on its screen.' },
  cross_origin: { title: 'Sent from another site', text: (_: Facts) => 'Open the app by the box’s own address and try again.' },
  wrong_content_type: { title: 'Something is filled in wrong', text: (_: Facts) => 'Reload the app, then try again.' },

  // Catalogue, backups, cases
  sku_taken: { title: 'That SKU is taken', text: (_: Facts) => 'Another product has it. Choose another one.' },
  gtin_taken: { title: 'That barcode is taken', text: (_: Facts) => 'Another product has it. Remove it there first.' },
  unit_in_use: { title: 'The unit cannot change any more', text: (_: Facts) => 'The books of this product are kept in it. Add a new product instead.' },
  backup_running: { title: 'A backup is being made', text: (_: Facts) => 'Wait until it is done.' },
  backup_failed: { title: 'The backup failed', text: (_: Facts) => 'Nothing was kept of it. Check the disk of the box, then try again.' },
  verify_running: { title: 'The record is being checked', text: (_: Facts) => 'Wait until that is done.' },
  closed: { title: 'It is closed already', text: (_: Facts) => 'Nothing more can be added to it.' },
  not_settled: { title: 'Stock is still unexplained', text: (_: Facts) => 'Say where it is, or adjust it, before closing the case.' },
  already_here: { title: 'The book has it here already', text: (_: Facts) => 'Count it instead, if the number is not right.' },

  // Picks and totes
  not_waiting: { title: 'This request is not waiting any more', text: (_: Facts) => 'It was taken or cancelled. Look at the queue.' },
  already_begun: { title: 'Something is in the tote already', text: (_: Facts) => 'Put it back first, or finish the pick.' },
  reason_needed: { title: 'Say why', text: (_: Facts) => 'Three letters or more: why the newer one is taken.' },
  not_in_transit: { title: 'This tote is not on its way', text: (_: Facts) => 'It was received already, or is still being picked.' },
  wrong_tote: { title: 'Wrong tote', text: (f: Facts) => or(f.expected, (x) => `Scan ${x}.`, 'Scan the tote that was sent.') },
  wrong_station: { title: 'Wrong station', text: (f: Facts) => or(f.expected, (x) => `This tote is meant for ${x}.`, 'This tote is meant for another station.') },
  lines_missing: { title: 'Some lines are not counted', text: (_: Facts) => 'Count every line of the tote. None there is a count too.' },
  person_may_not: { title: 'That person may not do this', text: (f: Facts) => or(f.by, (x) => `${x} has another role. Choose someone else.`, 'Choose someone else.') },

  wrong_state: { title: 'Too late for that', text: (_: Facts) => 'This import has moved on meanwhile. Look at where it is now.' },
  unit_clash: { title: 'The units do not fit', text: (f: Facts) => or(f.expected, (x) => `Packages of this product are kept in ${x}. Choose another product, make one, or give this one its content.`, 'Choose another product, or make one.') },
  needs_mapping: { title: 'Some items have no product yet', text: (_: Facts) => 'Choose a product for each, or make one.' },
  in_use: { title: 'It is still in use', text: (_: Facts) => 'Empty it first.' },
  last_owner: { title: 'The last owner', text: (_: Facts) => 'Make another person owner first.' },

  // Online orders
  nothing_ordered: { title: 'Nothing is ordered', text: (_: Facts) => 'Put at least one product on it.' },
  nothing_asked: { title: 'Nothing is asked any more', text: (_: Facts) => 'Somebody decided it already, or the source took it back.' },
  order_closed: { title: 'This order is past that', text: (_: Facts) => 'Look at where it is now.' },
  chosen_here: { title: 'This product was chosen here', text: (_: Facts) => 'It is no word of a source. Cancel the order and enter it anew where it is wrong.' },
  order_not_there: { title: 'The order is not that far', text: (_: Facts) => 'Look at where it is now, and go on from there.' },
  wrong_order: { title: 'Another order', text: (f: Facts) => or(f.expected, (x) => `This is not ${x}. Put it aside and take the right one.`, 'Put it aside and take the right one.') },
  not_in_order: { title: 'Not part of this order', text: (f: Facts) => or(f.expected, (x) => `Expected: ${x}. Put this one back.`, 'Put it back, and scan what the order asks for.') },
  lines_short: { title: 'Something is short', text: (_: Facts) => 'Fetch what is missing, or decide to give less.' },
  lines_unverified: { title: 'Not everything is verified', text: (_: Facts) => 'Scan each unit into the bag first.' },
  checks_missing: { title: 'A check is not ticked', text: (_: Facts) => 'Go through the list of checks once more.' },
  photo_missing: { title: 'The photo is missing', text: (_: Facts) => 'Take a picture of the open bag.' },
  not_packed: { title: 'It is not packed yet', text: (_: Facts) => 'Verify every unit and tick the checks; then there is a label.' },
  not_a_shelf: { title: 'That is no shelf for packed orders', text: (_: Facts) => 'Scan a shelf of packed orders. A manager makes them under Places.' },
  name_not_confirmed: { title: 'The name is not confirmed', text: (_: Facts) => 'Ask for the name and compare it with the label.' },
  short_undecided: { title: 'Something is short', text: (_: Facts) => 'Say first what becomes of what is missing.' },
  may_not_go: { title: 'This does not leave the store', text: (f: Facts) => `${or(f.reasons, (x) => `${x}. `, '')}At the bench, tap it in the list, put it into quarantine, and fetch another or give less. Once it is packed, call the order off.` },
  must_quarantine: { title: 'This goes to quarantine', text: (_: Facts) => 'It is not sold again. Scan the quarantine place.' },
  window_wrong: { title: 'The time does not fit', text: (_: Facts) => 'It has to end after it begins.' },
  source_closed: { title: 'This source is not in use', text: (_: Facts) => 'A manager can take it into use again.' },
  order_not_waiting: { title: 'That order is not waiting', text: (f: Facts) => or(f.by, (x) => `${x} is picking it already. Choose others.`, 'Somebody went on with it. Choose others.') },
  not_in_walk: { title: 'No order waits for a tote', text: (_: Facts) => 'Each order of this walk has its tote.' },
  not_short: { title: 'Nothing is missing there', text: (_: Facts) => 'There is enough of it by now. Go on picking.' },
  order_begun: { title: 'It cannot wait any more', text: (_: Facts) => 'Something of this order is in its tote. Give what there is, or something else.' },
  wrong_substitute: { title: 'That cannot stand in', text: (_: Facts) => 'Choose a product sold in the same unit of which there is enough.' },
  wrong_kind: { title: 'Not for this kind of pick', text: (_: Facts) => 'A walk for orders is finished; a restock is handed over.' },
  wrong_shelf: { title: 'Another shelf', text: (f: Facts) => or(f.expected, (x) => `Scan the label of ${x}.`, 'Scan the label of the shelf in front of you.') },
  not_a_bin: { title: 'It cannot go there', text: (_: Facts) => 'Scan a bin, or the quarantine shelf.' },
  signature_wrong: { title: 'The message did not prove itself', text: (_: Facts) => 'The secret of the source and the box’s are not the same.' },
};

type Fault = { title: string; text: (facts: Facts) => string };

const tomado = ({ by, at }: Facts): string =>
  by === null ? '' : at === null ? `${by} tomó de ahí. ` : `${by} tomó de ahí a las ${at}. `;

export const es: Shape<typeof en> = {
  unexpected: { title: 'Eso no funcionó', text: () => 'Intente de nuevo. Si continúa, avise a un gerente.' },
  offline: { title: 'No se puede conectar con el servidor', text: () => 'Revise que el dispositivo esté en el Wi-Fi de la tienda e intente de nuevo.' },
  timeout: { title: 'El servidor no respondió a tiempo', text: () => 'Intente de nuevo en un momento.' },
  garbled: { title: 'No se pudo leer la respuesta', text: () => 'Recargue la aplicación e intente de nuevo.' },
  not_stored: { title: 'Este dispositivo no pudo conservarlo', text: () => 'No se guardó nada. Libere espacio o salga de la navegación privada e intente de nuevo.' },

  bad_request: { title: 'Hay un dato incorrecto', text: (f) => or(f.field, (x) => `Revise “${x}”.`, 'Revise lo que escribió.') },
  signed_out: { title: 'Inicie sesión de nuevo', text: () => 'Escriba su PIN. Lo que hizo se conserva.' },
  not_enrolled: { title: 'Este dispositivo no está en la lista de la tienda', text: () => 'Un gerente puede agregarlo de nuevo.' },
  forbidden: { title: 'Su puesto no lo permite', text: (f) => or(f.roles, (x) => `Lo puede hacer: ${x}. Pídaselo.`, 'Pregunte a un gerente.') },
  not_found: { title: 'No está aquí', text: () => 'Quizá se quitó o el enlace es viejo.' },
  key_reused: { title: 'Se envió dos veces con distinto contenido', text: () => 'Contó el primero. Mire el resultado antes de repetirlo.' },
  too_large: { title: 'Demasiado grande', text: () => 'El servidor no acepta tanto de una vez. Divídalo.' },
  too_many_requests: { title: 'Demasiados intentos', text: (f) => or(f.wait, (x) => `Espere ${x} e intente de nuevo.`, 'Espere un momento e intente de nuevo.') },
  busy: { title: 'El servidor está ocupado', text: () => 'Se intentará de nuevo automáticamente.' },
  outcome_unknown: { title: 'No es seguro que se haya guardado', text: () => 'Se envía de nuevo automáticamente y cuenta una sola vez.' },
  internal: { title: 'Algo falló en el servidor', text: () => 'No cambió nada. Intente de nuevo; si continúa, avise al propietario.' },
  read_only: { title: 'El servidor no acepta cambios por ahora', text: () => 'Se puede consultar. Avise al propietario.' },
  disk_full: { title: 'El disco del servidor está lleno', text: () => 'No se perdió nada. El propietario debe hacer espacio.' },
  changed_meanwhile: { title: 'Otra persona lo cambió mientras tanto', text: () => 'Ahora se muestra su versión. Haga su cambio de nuevo.' },

  wrong_pin: { title: 'Ese no es el PIN', text: (f) => or(f.tries, (x) => `Quedan ${x} antes de una pausa.`, 'Intente de nuevo.') },
  badge_needed: { title: 'Escanee su credencial', text: () => 'En esta pantalla primero va su credencial y después su PIN.' },
  wrong_code: { title: 'Ese código no es correcto', text: () => 'Léalo de nuevo. Los códigos sirven una vez y por poco tiempo.' },
  setup_closed: { title: 'La configuración está cerrada', text: () => 'En el servidor, ejecute “backstock claim-code” para abrirla de nuevo.' },
  already_claimed_box: { title: 'Este servidor ya tiene propietario', text: () => 'Inicie sesión.' },
  too_many_pairings: { title: 'Hay demasiados códigos de enlace abiertos', text: () => 'Use uno de ellos o anule uno primero.' },
  pairing_expired: { title: 'Este código de enlace ya no sirve', text: () => 'Pida uno nuevo al gerente.' },

  not_enough: { title: 'No hay suficiente', text: (f) => tomado(f) + or(f.available, (x) => `Según el libro hay ${x}. Cuéntelo y escriba lo que hay.`, 'Según el libro hay menos. Cuéntelo.') },
  blocked_place: { title: 'En este lugar no', text: () => 'Lo que hay en este paquete no puede ir ahí. Elija otro lugar.' },
  same_place: { title: 'Ya está ahí', text: () => 'Elija otro lugar de destino.' },
  reserved: { title: 'Apartado para un surtido', text: (f) => or(f.pick, (x) => `El surtido ${x} lo necesita. Tome de otro paquete o pregunte a quien lo surte.`, 'Tome de otro paquete.') },
  unit_mismatch: { title: 'La unidad no corresponde', text: (f) => or(f.expected, (x) => `Este paquete se lleva en ${x}.`, 'Use la unidad del paquete.') },
  not_yours: { title: 'Lo hizo otra persona', text: (f) => or(f.by, (x) => `${x} puede deshacerlo, o un gerente con su PIN.`, 'Un gerente puede aprobarlo con su PIN.') },
  later_depends: { title: 'Ya no se puede deshacer', text: () => 'Algo posterior depende de esto. Deshágalo primero o muévalo de vuelta.' },
  not_undoable: { title: 'Esto no se puede deshacer', text: () => 'Muévalo de vuelta.' },

  nothing_requested: { title: 'No se pidió nada', text: () => 'Ponga una cantidad en al menos un producto.' },
  unknown_product: { title: 'No se conoce un producto', text: (f) => or(f.line, (x) => `Mire la línea ${x}.`, 'Quítelo y agréguelo de nuevo.') },
  not_a_station: { title: 'Esa no es una estación de venta', text: () => 'Elija o escanee su estación.' },
  too_late_to_cancel: { title: 'Ya no se puede cancelar', text: (f) => or(f.by, (x) => `${x} ya lo está surtiendo. Hable con esa persona.`, 'Ya se está surtiendo.') },
  already_claimed: { title: 'Alguien fue más rápido', text: (f) => or(f.by, (x) => `${x} tiene este. Tome el siguiente.`, 'Tome el siguiente.') },

  wrong_bin: { title: 'Estante equivocado', text: (f) => or(f.expected, (x) => `Vaya a ${x} y escanéelo.`, 'Escanee el estante de la lista.') },
  wrong_product: { title: 'Paquete equivocado', text: (f) => or(f.expected, (x) => `Se esperaba: ${x}. Devuelva este a su lugar.`, 'Devuélvalo y tome el de la lista.') },
  newer_lot: { title: 'Primero va un lote más viejo', text: (f) => or(f.expected, (x) => `Tome ${x}. Un gerente puede aprobar este con su PIN.`, 'Tome primero el más viejo.') },
  too_many: { title: 'Más de lo planeado', text: (f) => or(f.left, (x) => `Solo faltan ${x} en esta línea.`, 'Devuelva lo demás.') },
  already_picked: { title: 'Ya se tomó', text: () => 'Esta línea está completa. Siga con la próxima.' },
  order_left: { title: 'Su orden ya no se surte', text: (f) => `${or(f.order, (x) => `La orden ${x} se canceló o se devolvió. `, '')}${or(f.expected, (x) => `Regréselo a ${x}: en los libros sigue ahí.`, 'Regréselo a su lugar: en los libros sigue ahí.')}` },
  not_pickable: { title: 'Esto no se puede tomar', text: (f) => or(f.reasons, (x) => `${x}. Déjelo donde está.`, 'Déjelo donde está.') },
  not_there: { title: 'Según el libro hay menos aquí', text: (f) => {
    const has = tomado(f) + or(f.available, (x) => `Hay ${x}.`, 'No hay nada.');
    const next = f.lots ?? f.next;
    return next === null ? `${has} Repórtelo como faltante.` : `${has} Repórtelo como faltante; siguiente: ${next}.`;
  } },
  no_tote: { title: 'Todavía no hay caja', text: () => 'Escanee primero una caja vacía.' },
  tote_in_use: { title: 'Esta caja está en uso', text: (f) => or(f.pick, (x) => `Lleva el surtido ${x}. Tome otra.`, 'Tome otra.') },
  not_a_tote: { title: 'Eso no es una caja de traslado', text: () => 'Escanee la etiqueta de una caja vacía.' },
  not_your_pick: { title: 'No es su surtido', text: (f) => or(f.by, (x) => `${x} lo está surtiendo.`, 'Otra persona lo está surtiendo.') },
  pick_closed: { title: 'Este surtido está terminado', text: () => 'Ya no se le puede agregar nada.' },
  approval_needed: { title: 'Un gerente debe aprobarlo', text: () => 'Pida que escriba su PIN aquí.' },
  approval_invalid: { title: 'La aprobación ya no vale', text: () => 'Sirve una vez, por dos minutos. Pídala de nuevo.' },
  nothing_picked: { title: 'La caja está vacía', text: () => 'Surta una línea o devuelva el pedido a la cola.' },
  lines_open: { title: 'Quedan líneas abiertas', text: () => 'Súrtalas o repórtelas como faltantes.' },

  // Recepción y cuarentena
  wrong_destination: { title: 'No es para esta tienda', text: (_: Facts) => 'El manifiesto es para otra licencia. No reciba nada.' },
  already_done: { title: 'Ya está atendido', text: (f: Facts) => or(f.by, (x) => `Lo hizo ${x}. Escanee el siguiente paquete.`, 'Escanee el siguiente paquete.') },
  needs_product: { title: 'Todavía no es un producto de la tienda', text: (_: Facts) => 'Diga qué producto es, o créelo.' },
  item_known: {
    title: 'Ya es otro producto',
    text: (_: Facts) => 'Alguien lo dijo mientras tanto. Mire la línea; un gerente puede cambiarlo.',
  },
  tag_known: { title: 'Este paquete es de otro lado', text: (_: Facts) => 'Escanéelo otra vez y vea de quién es.' },
  no_place: { title: 'No hay dónde ponerlo', text: (_: Facts) => 'Un gerente crea un andén y un lugar de cuarentena en Lugares.' },
  paper_unchecked: { title: 'Faltan revisar los papeles', text: (_: Facts) => 'Compárelos primero con la copia del estado.' },
  count_unfounded: { title: 'La cuenta no cuadra', text: (_: Facts) => 'Revise los paquetes, las piezas y los pesos.' },
  rows_refused: { title: 'No se registró nada', text: (_: Facts) => 'Corrija las filas de abajo y cargue el archivo otra vez.' },
  file_refused: { title: 'No se puede leer el archivo', text: (_: Facts) => 'Tómelo tal como se exportó: JSON, o un CSV con encabezados.' },
  file_gone: {
    title: 'El archivo ya no está', text: (_: Facts) => 'Este dispositivo ya no lo tiene. Tómelo o elíjalo otra vez.',
  },
  not_a_document: { title: 'Ni PDF ni imagen', text: (_: Facts) => 'Tómele una foto.' },
  still_blocked: { title: 'Todavía no puede salir', text: (_: Facts) => 'Cierre primero su caso y archive su COA. Lo que devolvió un cliente no se vende otra vez.' },
  compliance_only: { title: 'Solo cumplimiento puede liberarlo', text: (_: Facts) => 'Pregunte a la persona de cumplimiento.' },
  nothing_recalled: { title: 'Nunca hubo nada de eso aquí', text: (_: Facts) => 'Revise el lote, el producto y el proveedor.' },
  revoked: { title: 'Ya está revocado', text: (_: Facts) => 'Este COA ya no cuenta.' },

  being_counted: { title: 'Se está contando', text: () => 'Usted lo está contando. Sus cifras vuelven cuando termine el conteo.' },
  count_over: { title: 'Este conteo terminó', text: () => 'Mírelo otra vez para ver cómo terminó.' },
  nothing_to_count: { title: 'Nada de la tienda corresponde', text: () => 'Elija otros lugares, productos o categorías.' },
  not_joined: { title: 'Únase primero al conteo', text: () => 'Abra el conteo en este dispositivo y toque “Contar aquí”.' },
  not_in_count: { title: 'Este lugar no es del conteo', text: () => 'Cuente en los lugares de su lista.' },
  not_in_scope: { title: 'Este producto no se cuenta ahora', text: () => 'Déjelo donde está y siga con el próximo.' },
  place_taken: { title: 'Alguien ya cuenta aquí', text: (f) => or(f.by, (x) => `Lo hace ${x}. Tómelo usted o cuente en otro lugar.`, 'Tómelo usted o cuente en otro lugar.') },
  place_done: { title: 'Este lugar está terminado', text: () => 'Ábralo de nuevo para contar más ahí.' },
  second_person: { title: 'Esto lo cuenta otra persona', text: (f) => or(f.by, (x) => `${x} ya lo contó. Ahora mira una segunda persona.`, 'Ahora mira una segunda persona.') },
  unit_counted: { title: 'Esta unidad ya se contó', text: () => 'Se escaneó en otro lugar de este conteo. Vea dónde está de verdad.' },
  not_done: { title: 'Faltan lugares por terminar', text: () => 'Cuéntelos o diga que ahí está todo contado.' },
  count_again: { title: 'Hay que contar algunas cosas otra vez', text: () => 'Cuéntelas primero; están en la lista.' },
  person_disabled: { title: 'Esta persona ya no trabaja aquí', text: () => 'Lo que hizo antes queda. Esto no se guardó; decide un gerente.' },
  not_this_device: { title: 'Escrito antes de volver a añadir el dispositivo', text: () => 'Compruebe que aún es cierto y envíelo otra vez.' },
  signature_invalid: { title: 'El servidor no puede saber quién lo escribió', text: () => 'Compruebe que aún es cierto y envíelo otra vez a su nombre.' },
  author_signed_out: { title: 'Solo quien lo escribió puede enviarlo', text: () => 'Se envía cuando inicie sesión en este dispositivo.' },
  written_too_late: { title: 'Escrito después de acabarse el tiempo sin servidor', text: () => 'Compruebe que aún es cierto y envíelo otra vez.' },
  too_old: { title: 'Esperó demasiado', text: () => 'Quizá se guardó hace mucho. Mire los libros antes de enviarlo otra vez.' },
  too_many_keys: { title: 'Demasiadas sesiones en este dispositivo', text: () => 'Cierre la sesión y vuelva a entrar.' },
  already_revoked: { title: 'Ya estaba retirado', text: () => 'Este dispositivo se retiró antes.' },
  not_claimed: { title: 'El servidor aún no tiene propietario', text: () => 'Configúrelo primero, con el código de su consola.' },
  needs_approval: { title: 'Debe aprobarlo un gerente', text: () => 'Pasa del límite de la tienda para el día.' },
  no_variance: { title: 'Nada que investigar', text: () => 'Este caso no es de un conteo.' },
  no_cause: { title: 'Aún sin causa', text: () => 'Anote primero la causa, o que es desconocida.' },
  referred: { title: 'Ya se entregó', text: () => 'El gerente lo tiene.' },
  not_referred: { title: 'Nadie lo entregó', text: () => 'Entréguelo primero al gerente.' },
  discussed: { title: 'Ya se habló', text: () => 'Se anotó antes.' },
  one_side: { title: 'Los dos productos juntos', text: () => 'Lo vendido con otro SKU se corrige en los dos: uno sube, otro baja.' },
  note_needed: { title: 'Este motivo necesita una nota', text: () => 'Diga qué pasó.' },
  not_on_receipt: { title: 'No está en ese recibo', text: () => 'Su línea no vendió tantos de este producto, o ya se corrigió.' },
  already_sent: { title: 'Ya se registró fuera', text: () => 'Ajústelo en sentido contrario.' },
  undone: { title: 'Ya se deshizo', text: () => 'No queda nada por deshacer.' },
  ended: { title: 'Ya terminó', text: () => 'Se confirmó o se retiró.' },
  look_first: { title: 'Búsquelo primero allí', text: () => 'Quizá ya se registró: busque su marca.' },
  second_person_needed: { title: 'Debe aprobarlo otra persona', text: () => 'Nadie aprueba su propia excepción. Pídaselo a otro gerente.' },
  name_taken: { title: 'Ese nombre ya existe', text: () => 'Elija otro, para que nadie los confunda.' },
  wrong_host: { title: 'Dirección equivocada', text: () => 'Abra el servidor con la dirección que muestra su pantalla.' },
  cross_origin: { title: 'Enviado desde otro sitio', text: () => 'Abra la aplicación con la dirección del servidor e intente de nuevo.' },
  wrong_content_type: { title: 'Hay un dato incorrecto', text: () => 'Recargue la aplicación e intente de nuevo.' },

  sku_taken: { title: 'Ese SKU ya existe', text: () => 'Lo tiene otro producto. Elija otro.' },
  gtin_taken: { title: 'Ese código de barras ya existe', text: () => 'Lo tiene otro producto. Quítelo allí primero.' },
  unit_in_use: { title: 'La unidad ya no puede cambiar', text: () => 'Los libros de este producto se llevan en ella. Agregue un producto nuevo.' },
  backup_running: { title: 'Se está creando un respaldo', text: () => 'Espere a que termine.' },
  backup_failed: { title: 'El respaldo falló', text: () => 'No se conservó nada de él. Revise el disco del servidor e intente de nuevo.' },
  verify_running: { title: 'El registro se está revisando', text: () => 'Espere a que termine.' },
  closed: { title: 'Ya está cerrado', text: () => 'Ya no se le puede agregar nada.' },
  not_settled: { title: 'Hay existencias sin explicar', text: () => 'Diga dónde están o ajústelas antes de cerrar el caso.' },
  already_here: { title: 'Según el libro ya está aquí', text: () => 'Si el número no es correcto, cuéntelo.' },

  not_waiting: { title: 'Este pedido ya no espera', text: () => 'Alguien lo tomó o lo canceló. Mire la cola.' },
  already_begun: { title: 'Ya hay algo en la caja', text: () => 'Devuélvalo primero o termine el surtido.' },
  reason_needed: { title: 'Diga por qué', text: () => 'Tres letras o más: por qué se toma el más nuevo.' },
  not_in_transit: { title: 'Esta caja no está en camino', text: () => 'Ya se recibió o todavía se está surtiendo.' },
  wrong_tote: { title: 'Caja equivocada', text: (f) => or(f.expected, (x) => `Escanee ${x}.`, 'Escanee la caja que se envió.') },
  wrong_station: { title: 'Estación equivocada', text: (f) => or(f.expected, (x) => `Esta caja es para ${x}.`, 'Esta caja es para otra estación.') },
  lines_missing: { title: 'Faltan líneas por contar', text: () => 'Cuente cada línea de la caja. Ninguna también es una cuenta.' },
  person_may_not: { title: 'Esa persona no puede hacerlo', text: (f) => or(f.by, (x) => `${x} tiene otro puesto. Elija a otra persona.`, 'Elija a otra persona.') },

  wrong_state: { title: 'Ya es tarde para eso', text: () => 'Esta importación avanzó mientras tanto. Mire dónde está ahora.' },
  unit_clash: { title: 'Las unidades no corresponden', text: (f) => or(f.expected, (x) => `Los paquetes de este producto se llevan en ${x}. Elija otro producto, cree uno o indique su contenido.`, 'Elija otro producto o cree uno.') },
  needs_mapping: { title: 'Hay artículos sin producto', text: () => 'Elija un producto para cada uno o cree uno.' },
  in_use: { title: 'Todavía está en uso', text: () => 'Vacíelo primero.' },
  last_owner: { title: 'Es el último propietario', text: () => 'Nombre antes a otra persona propietaria.' },

  // Órdenes en línea
  nothing_ordered: { title: 'No se pidió nada', text: () => 'Ponga al menos un producto.' },
  nothing_asked: { title: 'Ya no piden nada', text: () => 'Alguien ya lo decidió o el origen lo retiró.' },
  order_closed: { title: 'Esta orden ya pasó de eso', text: () => 'Mire dónde va ahora.' },
  chosen_here: { title: 'Este producto se eligió aquí', text: () => 'No lo dijo ningún origen. Si está mal, cancele la orden y captúrela de nuevo.' },
  order_not_there: { title: 'La orden no ha llegado a eso', text: () => 'Mire dónde va y siga desde ahí.' },
  wrong_order: { title: 'Es otra orden', text: (f) => or(f.expected, (x) => `No es ${x}. Apártela y tome la correcta.`, 'Apártela y tome la correcta.') },
  not_in_order: { title: 'No es de esta orden', text: (f) => or(f.expected, (x) => `Se esperaba: ${x}. Regrese este.`, 'Regréselo y escanee lo que pide la orden.') },
  lines_short: { title: 'Falta algo', text: () => 'Vaya por lo que falta, o decida entregar menos.' },
  lines_unverified: { title: 'Falta verificar', text: () => 'Primero escanee cada unidad al ponerla en la bolsa.' },
  checks_missing: { title: 'Falta marcar una revisión', text: () => 'Repase la lista de revisiones.' },
  photo_missing: { title: 'Falta la foto', text: () => 'Tome una foto de la bolsa abierta.' },
  not_packed: { title: 'Todavía no está empacada', text: () => 'Verifique cada unidad y marque las revisiones; entonces habrá etiqueta.' },
  not_a_shelf: { title: 'Ese no es un estante de órdenes empacadas', text: () => 'Escanee un estante de órdenes empacadas. Un gerente los crea en Lugares.' },
  name_not_confirmed: { title: 'Falta confirmar el nombre', text: () => 'Pregunte el nombre y compárelo con la etiqueta.' },
  short_undecided: { title: 'Falta algo', text: () => 'Diga primero qué se hace con lo que falta.' },
  may_not_go: { title: 'Esto no sale de la tienda', text: (f) => `${or(f.reasons, (x) => `${x}. `, '')}En la mesa, tóquelo en la lista, llévelo a cuarentena y vaya por otro o entregue menos. Ya empacada, cancele la orden.` },
  must_quarantine: { title: 'Esto va a cuarentena', text: () => 'No se vende otra vez. Escanee el lugar de cuarentena.' },
  window_wrong: { title: 'La hora no es posible', text: () => 'Tiene que terminar después de empezar.' },
  source_closed: { title: 'Este origen no está en uso', text: () => 'Un gerente puede ponerlo en uso otra vez.' },
  order_not_waiting: { title: 'Esa orden no espera', text: (f) => or(f.by, (x) => `${x} ya la surte. Elija otras.`, 'Alguien siguió con ella. Elija otras.') },
  not_in_walk: { title: 'Ninguna orden espera una caja', text: () => 'Cada orden de este recorrido tiene la suya.' },
  not_short: { title: 'Ahí no falta nada', text: () => 'Ya hay suficiente. Siga surtiendo.' },
  order_begun: { title: 'Ya no puede esperar', text: () => 'Algo de esta orden está en su caja. Dé lo que hay, o algo distinto.' },
  wrong_substitute: { title: 'Eso no puede sustituirlo', text: () => 'Elija un producto que se venda en la misma unidad y del que haya suficiente.' },
  wrong_kind: { title: 'No es para este surtido', text: () => 'Un recorrido de órdenes se termina; una reposición se entrega.' },
  wrong_shelf: { title: 'Otro estante', text: (f) => or(f.expected, (x) => `Escanee la etiqueta de ${x}.`, 'Escanee la etiqueta del estante que tiene enfrente.') },
  not_a_bin: { title: 'Ahí no puede ir', text: () => 'Escanee un lugar de la bóveda o el estante de cuarentena.' },
  signature_wrong: { title: 'El mensaje no se pudo comprobar', text: () => 'El secreto del origen y el del servidor no son iguales.' },
} satisfies Record<string, Fault>;
