//! Items of a file to products of the store: mapped once, by a person, and known from then on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::judge::{Facts, judge};
use super::products::{Known, by_id, source};
use super::reading::write_verdict;
use super::{Import, ImportError, ImportKind, ImportState, Mapping, Mappings, view};
use crate::domain::id::{ImportId, ProductId};
use crate::domain::likeness::Name;
use crate::domain::quantity::{Quantity, Unit};
use crate::domain::topic::Topic;
use crate::ledger::{Actor, Entry};
use crate::store::{Db, SqlError, StoreError, Tx, named_params};
use crate::workflow::catalogue::{self, ProductInput};
use crate::workflow::refs::{self, ProductRef};

/// Below this likeness a product is not suggested.
const ALIKE: usize = 450;
/// Rows per job of the writer.
const CHUNK: i64 = 300;

/// A product to make for an item.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeInput {
    pub sku: String,
    pub name: String,
    pub category: String,
    pub unit: Unit,
    #[serde(default)]
    pub content: Option<Quantity>,
}

/// One item with the product it is, or the product to make: one of the two.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingInput {
    pub item: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make: Option<MakeInput>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingsInput {
    /// At most 1,000.
    pub mappings: Vec<MappingInput>,
}

/// The items of an import's new rows: those without a product first, each with the products most
/// alike in name that its packages would fit.
pub fn mappings(db: &Db<'_>, id: ImportId) -> Result<Mappings, ImportError> {
    let import = view::known(db, id)?;
    let items = items(db, id)?;
    let mut known = Known::default();
    let mut unmapped = Vec::new();
    let mut mapped = Vec::new();
    let catalogue = names(db)?;
    for Item { name: item, unit, rows, facts } in items {
        let fit = known.find(db, import.kind, &item, sku(&facts))?;
        let product = match fit {
            Some(fit) => refs::product(db, fit.product)?,
            None => None,
        };
        let found = product.is_some();
        let candidates =
            if found { Vec::new() } else { candidates(&catalogue, &item, unit, import.kind) };
        let mapping = Mapping {
            category: category(&facts),
            item,
            unit,
            rows,
            make: !found && candidates.is_empty(),
            candidates,
            product,
        };
        if found { mapped.push(mapping) } else { unmapped.push(mapping) }
    }
    unmapped.append(&mut mapped);
    Ok(Mappings { mappings: unmapped })
}

/// An item with its rows and the facts of the first of them.
struct Item {
    name: String,
    unit: Unit,
    rows: i64,
    facts: Facts,
}

fn items(db: &Db<'_>, id: ImportId) -> Result<Vec<Item>, ImportError> {
    let found = db.all(
        "SELECT count(*) AS rows, min(row) AS row, facts FROM import_row
         WHERE import_id = :id AND state IN ('needs_mapping', 'new') AND facts IS NOT NULL
         GROUP BY item COLLATE NOCASE ORDER BY item COLLATE NOCASE",
        named_params! { ":id": id.0 },
        |row| Ok((row.get::<_, i64>("rows")?, row.get::<_, String>("facts")?)),
    )?;
    let item = |(rows, json): (i64, String)| {
        let facts: Facts = serde_json::from_str(&json)
            .map_err(|error| StoreError::Invariant(format!("a staged row: {error}")))?;
        let unit = match &facts {
            Facts::Package { facts, .. } => facts.unit,
            Facts::Sale(facts) => facts.unit.unwrap_or(Unit::Ea),
        };
        Ok(Item { name: facts.item().to_owned(), unit, rows, facts })
    };
    found.into_iter().map(item).collect()
}

fn sku(facts: &Facts) -> Option<&str> {
    match facts {
        Facts::Package { facts, .. } => facts.sku.as_deref(),
        Facts::Sale(facts) => facts.sku.as_deref(),
    }
}

fn category(facts: &Facts) -> Option<String> {
    match facts {
        Facts::Package { facts, .. } => facts.category.clone(),
        Facts::Sale(_) => None,
    }
}

struct Named {
    product: ProductRef,
    kept_in: Unit,
    name: Name,
}

fn names(db: &Db<'_>) -> Result<Vec<Named>, SqlError> {
    db.all(
        "SELECT id, sku, name, brand, unit, coalesce(content_unit, unit) AS kept_in FROM product
         WHERE active = 1",
        [],
        |row| {
            let name: String = row.get("name")?;
            Ok(Named {
                name: Name::new(&name),
                kept_in: refs::unit(row, "kept_in")?,
                product: ProductRef {
                    id: ProductId(row.get("id")?),
                    sku: row.get("sku")?,
                    name,
                    unit: refs::unit(row, "unit")?,
                },
            })
        },
    )
}

fn candidates(catalogue: &[Named], item: &str, unit: Unit, kind: ImportKind) -> Vec<ProductRef> {
    let name = Name::new(item);
    let mut alike: Vec<(usize, &Named)> = (catalogue.iter())
        .filter(|named| kind == ImportKind::Sales || named.kept_in == unit)
        .map(|named| (name.likeness(&named.name), named))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.product.id.cmp(&b.1.product.id)));
    alike.into_iter().take(5).map(|(_, named)| named.product.clone()).collect()
}

/// Maps items, making products where asked. The rows are judged again by [`reconsider`].
pub fn map_items(
    tx: &Tx<'_>,
    by: &Actor,
    id: ImportId,
    input: &MappingsInput,
) -> Result<Import, ImportError> {
    let import = view::known(tx, id)?;
    if import.state != ImportState::Preview {
        return Err(ImportError::WrongState { state: import.state });
    }
    if input.mappings.is_empty() || input.mappings.len() > 1000 {
        return Err(ImportError::Invalid { field: "mappings", why: "are 1 to 1,000 at once" });
    }
    let units = units(tx, id)?;
    let mut done = Vec::with_capacity(input.mappings.len());
    for mapping in &input.mappings {
        let unit = units.get(&mapping.item.to_lowercase()).copied();
        let unit = unit.ok_or(ImportError::NotFound { what: "item in this file" })?;
        let product = map_item(tx, import.kind, mapping, unit)?;
        done.push((mapping.item.as_str(), product));
    }
    Entry::open(tx, by, "items_mapped")?
        .seal(&serde_json::json!({ "import": id, "items": done }))?;
    tx.announce(Topic::Imports, id.0);
    view::known(tx, id)
}

/// Maps one item, making its product where asked, as part of a command. `unit`: what its packages come in.
pub fn map_item(
    tx: &Tx<'_>,
    kind: ImportKind,
    mapping: &MappingInput,
    unit: Unit,
) -> Result<ProductId, ImportError> {
    let product = match (&mapping.product, &mapping.make) {
        (Some(product), None) => *product,
        (None, Some(make)) => catalogue::insert_product(tx, &product_of(make))?,
        _ => {
            let why = "each need either a product or one to make";
            return Err(ImportError::Invalid { field: "mappings", why });
        }
    };
    let fit = by_id(tx, product)?.ok_or(ImportError::NotFound { what: "product" })?;
    if kind == ImportKind::Packages && fit.kept_in() != unit {
        let (item, expected) = (mapping.item.clone(), fit.kept_in());
        return Err(ImportError::UnitClash { item, unit, product, expected });
    }
    tx.execute(
        "INSERT INTO item_map (source, item, product_id) VALUES (:source, :item, :product)
         ON CONFLICT (source, item) DO UPDATE SET product_id = excluded.product_id",
        named_params! { ":source": source(kind), ":item": mapping.item, ":product": product.0 },
    )?;
    Ok(product)
}

/// The product that an item of the state is known as, if its packages are kept in this unit.
pub fn product_of_item(db: &Db<'_>, item: &str, unit: Unit) -> Result<Option<ProductId>, SqlError> {
    let fit = Known::default().find(db, ImportKind::Packages, item, None)?;
    Ok(fit.filter(|fit| fit.kept_in() == unit).map(|fit| fit.product))
}

/// The products most alike in name that an item's packages would fit, the most alike first.
pub fn candidates_of(db: &Db<'_>, item: &str, unit: Unit) -> Result<Vec<ProductRef>, SqlError> {
    Ok(candidates(&names(db)?, item, unit, ImportKind::Packages))
}

/// A product that was made as asked before: by somebody else, who did not know either.
pub fn made_already(db: &Db<'_>, make: &MakeInput) -> Result<Option<ProductId>, SqlError> {
    db.maybe(
        "SELECT id FROM product WHERE sku = :sku AND name = :name COLLATE NOCASE AND active = 1
           AND unit = :unit AND content IS :content AND content_unit IS :content_unit",
        named_params! {
            ":sku": make.sku.trim(), ":name": make.name.trim(), ":unit": make.unit.short(),
            ":content": make.content.map(|content| content.amount.raw()),
            ":content_unit": make.content.map(|content| content.unit.short()),
        },
        |row| row.get(0).map(ProductId),
    )
}

fn product_of(make: &MakeInput) -> ProductInput {
    ProductInput {
        sku: make.sku.clone(),
        name: make.name.clone(),
        brand: None,
        category: make.category.clone(),
        unit: make.unit,
        content: make.content,
        gtins: Vec::new(),
        price_cents: None,
        active: true,
        pars: Vec::new(),
        version: None,
    }
}

fn units(db: &Db<'_>, id: ImportId) -> Result<BTreeMap<String, Unit>, ImportError> {
    let items = items(db, id)?;
    Ok(items.into_iter().map(|item| (item.name.to_lowercase(), item.unit)).collect())
}

/// Judges the rows after `after` again that wait for a mapping or are new; where to go on, or `None`
/// at the end.
pub fn reconsider(tx: &Tx<'_>, id: ImportId, after: i64) -> Result<Option<i64>, StoreError> {
    let rows = tx.all(
        "SELECT row, facts FROM import_row
         WHERE import_id = :id AND row > :after AND state IN ('needs_mapping', 'new')
           AND EXISTS (SELECT 1 FROM import WHERE id = :id AND state = 'preview')
         ORDER BY row LIMIT :limit",
        named_params! { ":id": id.0, ":after": after, ":limit": CHUNK },
        |row| Ok((row.get::<_, i64>("row")?, row.get::<_, Option<String>>("facts")?)),
    )?;
    let mut known = Known::default();
    for (row, facts) in &rows {
        let Some(json) = facts else { continue };
        let facts: Facts = serde_json::from_str(json)
            .map_err(|error| StoreError::Invariant(format!("a staged row: {error}")))?;
        write_verdict(tx, id, *row, &judge(tx, &mut known, &facts)?)?;
    }
    tx.announce(Topic::Imports, id.0);
    Ok((rows.len() as i64 == CHUNK).then(|| rows.last().map(|(row, _)| *row)).flatten())
}
