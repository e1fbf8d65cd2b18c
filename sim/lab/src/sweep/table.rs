//! The tables of a sweep: a row for each replication, and a row for each point.

use super::durable;
use super::execution::objective;
use super::folder::Folder;
use super::results::{Collected, POINTS, REPLICATIONS};
use super::row::Row;
use super::study::Study;
use crate::failure::Failure;
use crate::statistics::mean_interval;
use std::path::PathBuf;
use stranded_reports::data_set::{Cell, CellKind, DataColumn, DataSetWriter};

/// The column of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParameterColumn {
    /// What its cells hold.
    pub(crate) kind: CellKind,
    /// Unit of its numbers; empty for none.
    pub(crate) unit: String,
}

/// Both tables, being written.
pub(crate) struct Tables<'a> {
    study: &'a Study,
    metrics: Vec<String>,
    replications: DataSetWriter,
    points: DataSetWriter,
}

impl<'a> Tables<'a> {
    /// Writes both tables as Parquet and as CSV; the names of the files.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub(crate) fn write(study: &'a Study, folder: &Folder, collected: &mut Collected) -> Result<Vec<String>, Failure> {
        let unfinished = |name: &str, extension: &str| folder.path.join(format!(".{name}.{extension}"));
        let metrics = collected.metrics.clone();
        let create = |name: &str, columns| {
            DataSetWriter::create(&unfinished(name, "parquet"), &unfinished(name, "csv"), columns)
        };
        let mut tables = Self {
            study,
            replications: create(REPLICATIONS, replication_columns(study, &metrics))?,
            points: create(POINTS, point_columns(study, &metrics))?,
            metrics,
        };
        collected.each_point(|point, rows| tables.add(point, &rows))?;
        tables.replications.finish()?;
        tables.points.finish()?;
        let mut names = Vec::new();
        for name in [POINTS, REPLICATIONS] {
            for extension in ["csv", "parquet"] {
                let file = format!("{name}.{extension}");
                let from: PathBuf = unfinished(name, extension);
                durable::rename(&from, &folder.path.join(&file))?;
                names.push(file);
            }
        }
        Ok(names)
    }

    fn add(&mut self, point: u32, rows: &[Row]) -> Result<(), Failure> {
        let parameters = self.parameters(point);
        let seed = Cell::Integer(self.study.seed(point) as i64);
        for row in rows {
            let mut cells = vec![Cell::Integer(point.into()), Cell::Integer(row.replication.into()), seed.clone()];
            cells.extend(parameters.iter().cloned());
            cells.push(Cell::number(objective(self.study, row)));
            cells.extend(self.metrics.iter().map(|name| Cell::number(row.metrics.get(name).copied())));
            cells.push(Cell::Integer(row.events as i64));
            cells.push(Cell::Text(row.digest.clone()));
            self.replications.push(cells)?;
        }
        let objectives: Vec<f64> = rows.iter().filter_map(|row| objective(self.study, row)).collect();
        let estimate = mean_interval(&objectives);
        let interval = estimate.and_then(|estimate| estimate.ci95());
        let mut cells = vec![Cell::Integer(point.into()), seed];
        cells.extend(parameters);
        cells.push(Cell::Integer(rows.len() as i64));
        cells.push(Cell::number(estimate.map(|estimate| estimate.mean())));
        cells.push(Cell::number(interval.map(|[low, _]| low)));
        cells.push(Cell::number(interval.map(|[_, high]| high)));
        cells.extend(self.metrics.iter().map(|name| {
            let values: Vec<f64> = rows.iter().filter_map(|row| row.metrics.get(name).copied()).collect();
            Cell::number(mean_interval(&values).map(|estimate| estimate.mean()))
        }));
        Ok(self.points.push(cells)?)
    }

    fn parameters(&self, point: u32) -> Vec<Cell> {
        let coordinates = self.study.point(point);
        (0..self.study.design.parameters.len())
            .map(|index| {
                let value = self.study.design.value(coordinates, index);
                let Some(value) = value.or_else(|| self.study.own_value(index).cloned()) else { return Cell::Empty };
                match self.study.column(index).kind {
                    CellKind::Text => Cell::Text(value.label()),
                    CellKind::Boolean => Cell::Boolean(value.number == Some(1.0)),
                    CellKind::Integer => value.number.map_or(Cell::Empty, |number| Cell::Integer(number as i64)),
                    CellKind::Number => Cell::number(value.number),
                }
            })
            .collect()
    }
}

fn column(name: &str, kind: CellKind) -> DataColumn {
    DataColumn { name: name.to_owned(), kind }
}

fn parameter_columns(study: &Study) -> impl Iterator<Item = DataColumn> {
    let parameters = study.design.parameters.iter().enumerate();
    parameters.map(|(index, parameter)| column(&parameter.name, study.column(index).kind))
}

fn replication_columns(study: &Study, metrics: &[String]) -> Vec<DataColumn> {
    let mut columns = ["point", "replication", "seed"].map(|name| column(name, CellKind::Integer)).to_vec();
    columns.extend(parameter_columns(study));
    columns.push(column("objective", CellKind::Number));
    columns.extend(metrics.iter().map(|name| column(name, CellKind::Number)));
    columns.push(column("events", CellKind::Integer));
    columns.push(column("digest", CellKind::Text));
    columns
}

fn point_columns(study: &Study, metrics: &[String]) -> Vec<DataColumn> {
    let mut columns = ["point", "seed"].map(|name| column(name, CellKind::Integer)).to_vec();
    columns.extend(parameter_columns(study));
    columns.push(column("replications", CellKind::Integer));
    columns.extend(["objective", "objective_low", "objective_high"].map(|name| column(name, CellKind::Number)));
    columns.extend(metrics.iter().map(|name| column(name, CellKind::Number)));
    columns
}
