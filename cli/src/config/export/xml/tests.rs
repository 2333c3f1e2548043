// SPDX-License-Identifier: Apache-2.0
use super::super::{
	element::{MOST_BYTES, MOST_VALUES},
	tests::{named, read_all},
	Columns, Networks, Reading, Remark, Report,
};
use crate::{config::catalogue::tests::catalogue, error::Result};
use std::{collections::BTreeMap, path::Path};
use trimast_primitives::site::Technology::Nr;

/// The cells of a text, each with its technology, its number and its values, how many remarks of each kind there are, and
/// how many cells are wrong.
#[derive(Debug)]
struct Told {
	cells: Vec<(bool, u8, String)>,
	remarks: BTreeMap<String, u64>,
	wrong: u64,
}

impl Told {
	fn texts(&self) -> Vec<&str> {
		self.cells.iter().map(|(.., text)| text.as_str()).collect()
	}

	fn count(&self, remark: Remark) -> u64 {
		self.remarks.get(remark.word()).copied().unwrap_or_default()
	}
}

fn told(text: &str, reading: Reading) -> Result<Told> {
	let (catalogue, mut report) = (catalogue(), Report::silent());
	let columns = Columns::new(reading, Vec::new());
	let mut networks = Networks::new(Path::new("a"), text.as_bytes(), (true, columns), &catalogue)?;
	let mut cells = Vec::new();
	while let Some(network) = networks.network()? {
		for cell in network.cells {
			let text: Vec<String> = named(&networks.columns, &cell)
				.into_iter()
				.map(|(name, value)| format!("{name}={value}"))
				.collect();
			cells.push((cell.technology == Some(Nr), cell.cell, text.join(" ")));
		}
	}
	networks.tell(&mut report);
	Ok(Told { cells, remarks: report.remarks, wrong: report.count })
}

/// Both ways of reading see the same cells.
fn read(text: &str) -> Told {
	let (strict, as_is) = (told(text, Reading::Strict).unwrap(), told(text, Reading::AsIs).unwrap());
	assert_eq!(strict.cells, as_is.cells);
	as_is
}

/// A file with these objects in station A.
fn station(objects: &str) -> String {
	format!(
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<bulkCmConfigDataFile xmlns:xn=\"genericNrm.xsd\" xmlns:gn=\"nrNrm.xsd\" \
		 xmlns:en=\"eutranNrm.xsd\" xmlns:es=\"vendor.xsd\"><configData><xn:SubNetwork id=\"1301\"><xn:ManagedElement id=\"A\">\
		 {objects}</xn:ManagedElement></xn:SubNetwork></configData></bulkCmConfigDataFile>"
	)
}

/// An object with these attributes and these objects in it.
fn object(class: &str, id: &str, attributes: &str, within: &str) -> String {
	format!("<{class} id=\"{id}\"><gn:attributes>{attributes}</gn:attributes>{within}</{class}>")
}

const FILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bulkCmConfigDataFile xmlns="configData.xsd" xmlns:xn="genericNrm.xsd" xmlns:nn="nrNrm.xsd" xmlns:es="vendor.xsd">
<fileHeader fileFormatVersion="32.615 V9.2" vendorName="V1"/>
<configData dnPrefix="DC=example">
<xn:SubNetwork id="CN"><xn:SubNetwork id="1301">
<xn:ManagedElement id="HE-0001">
<xn:attributes><xn:swVersion>7 &amp; 8</xn:swVersion></xn:attributes>
<nn:GNBDUFunction id="1"><nn:attributes><nn:gNBIdLength>24</nn:gNBIdLength></nn:attributes>
<nn:NRCellDU id="2">
<nn:attributes><nn:administrativeState>UNLOCKED</nn:administrativeState><nn:nRPCI> 12 </nn:nRPCI>
<nn:empty/><nn:group><nn:inner>5</nn:inner></nn:group></nn:attributes>
<nn:NROperatorCellDU id="46011"><nn:attributes><nn:nRTAC>77</nn:nRTAC>
<nn:administrativeState>LOCKED</nn:administrativeState></nn:attributes></nn:NROperatorCellDU>
<nn:NRCellRelation id="3"><nn:attributes><nn:adjacentNRCellRef>1301/HE-0001/0</nn:adjacentNRCellRef></nn:attributes>
</nn:NRCellRelation>
</nn:NRCellDU>
<nn:NRCellDU id="0"><nn:attributes/>
<xn:VsDataContainer id="1"><xn:attributes><xn:vsDataType>V1</xn:vsDataType>
<xn:vsDataFormatVersion>1</xn:vsDataFormatVersion><es:vsDataNRCellDU><es:NRPCI>13</es:NRPCI></es:vsDataNRCellDU>
</xn:attributes></xn:VsDataContainer>
<nn:NROperatorCellDU id="46011"><xn:VsDataContainer id="1"><xn:attributes><xn:vsDataType>V1</xn:vsDataType>
<es:vsData><es:NRTAC>78</es:NRTAC></es:vsData></xn:attributes></xn:VsDataContainer></nn:NROperatorCellDU>
</nn:NRCellDU>
</nn:GNBDUFunction></xn:ManagedElement></xn:SubNetwork></xn:SubNetwork></configData>
<fileFooter dateTime="2026-05-07T12:00:00+08:00"/>
</bulkCmConfigDataFile>
"#;

#[test]
fn elements_give_cells_with_generic_and_vendor_names() {
	let (networks, wrong, columns) = read_all(FILE.as_bytes(), true).unwrap();
	assert!(wrong.is_empty(), "{wrong:?}");
	let [network] = &networks[..] else { panic!("{networks:?}") };
	assert_eq!((network.id.0, network.cells.len()), (1301, 2));
	let text = |n: usize| {
		let all: Vec<String> = named(&columns, &network.cells[n])
			.into_iter()
			.map(|(name, value)| format!("{name}={value}"))
			.collect();
		all.join(" ")
	};
	assert_eq!(text(0), "swVersion=7 & 8 gNBIdLength=24 NRPCI=13 NRTAC[46011]=78");
	assert_eq!(
		text(1),
		"swVersion=7 & 8 gNBIdLength=24 NRCellDU.administrativeState=UNLOCKED nRPCI=12 inner=5 nRTAC[46011]=77 \
		 NROperatorCellDU.administrativeState[46011]=LOCKED adjacentNRCellRef[3]=1301/HE-0001/0"
	);
	assert_eq!((network.cells[0].cell, network.cells[1].cell, network.cells[1].line), (0, 2, 9));
}

#[test]
fn time_of_the_export_stands_in_header_or_footer() {
	let catalogue = catalogue();
	let mut networks =
		Networks::new(Path::new("a"), FILE.as_bytes(), (true, Columns::default()), &catalogue).unwrap();
	assert_eq!(networks.date_time(), None);
	while networks.network().unwrap().is_some() {}
	assert_eq!(networks.date_time(), Some("2026-05-07T12:00:00+08:00"));
}

#[test]
fn a_file_that_was_cut_is_an_error_with_its_line() {
	let cut = &FILE[..FILE.find("</nn:NRCellRelation>").unwrap()];
	let failure = read_all(cut.as_bytes(), true).unwrap_err().to_string();
	assert!(failure.contains("line 15") && failure.contains("NRCellRelation"), "{failure}");
	for broken in ["<a><b></a>", "<a>&nbsp;</a>", "<a id=\"1\" id=\"2\"/>"] {
		assert!(read_all(broken.as_bytes(), true).is_err(), "{broken}");
	}
}

#[test]
fn files_that_are_no_well_formed_xml_are_refused_with_the_line() {
	let cell = "<ManagedElement id=\"A\"><NRCellDU id=\"0\"><attributes><nRPCI>7</nRPCI></attributes></NRCellDU></ManagedElement>";
	let network = format!("<SubNetwork id=\"1301\">{cell}</SubNetwork>");
	let whole = format!("<d>{network}</d>");
	let within = |text: &str| format!("<d>\n{text}{network}</d>");
	let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
	for good in [
		whole.clone(),
		format!("{head}\n<!-- c -->\n<!DOCTYPE d>\n{whole}\n<!-- c -->\n\n"),
		within("<x xmlns:q=\"q\" q:a=\"&lt;&#9;\" xml:lang=\"zh\"><q:y/></x>"),
	] {
		assert_eq!(read_all(good.as_bytes(), true).map(|(networks, ..)| networks.len()), Ok(1), "{good}");
	}
	for (bad, line, what) in [
		(format!("{whole}\n\njunk text\n"), 3, "the text `junk text` stands behind the end of `d`"),
		(format!("{whole}\n<x/>\n"), 2, "the element `x` stands behind the end of `d`"),
		(format!("<d></d>\n{network}"), 2, "the element `SubNetwork` stands behind the end of `d`"),
		(format!("{head}{whole}\n{head}{whole}"), 2, "an XML declaration stands behind the beginning"),
		(format!("{whole}\n{}", "\0".repeat(1_000)), 2, "stands behind the end of `d`"),
		(format!("{whole}&amp;"), 1, "the text `amp` stands behind"),
		(format!("{head}junk{whole}"), 1, "the text `junk` stands in front of the outermost element"),
		(within("<x a=\"1 & 2\"/>"), 2, "&"),
		(within("<x a=\"&nbsp;\"/>"), 2, "nbsp"),
		(within("<x a=\"<\"/>"), 2, "`<` is no value of the attribute `a`"),
		(within("<x a=\"&#1;\"/>"), 2, "`&#1;` is no value of the attribute `a`"),
		(within("<x a=1/>"), 2, "enclosed"),
		(within("<x>&#1;</x>"), 2, "`#1` is no reference"),
		(within("<x>\u{1}</x>"), 2, "U+0001 stands in it"),
		(within("<x>1 & 2</x>"), 2, "reference not closed"),
		(within("<x>]]></x>"), 2, "`]]>` stands in a text"),
		(within("<1x/>"), 2, "`1x` is no name"),
		(within("<!-- a -- b -->"), 2, "`--`"),
		(within("<!DOCTYPE d>"), 2, "a DOCTYPE stands behind"),
		(within("<q:x/>"), 2, "the prefix `q` of `q:x` is declared nowhere"),
		(within("<x q:a=\"1\"/>"), 2, "the prefix `q` of `q:a` is declared nowhere"),
		(within("<x xmlns:q=\"q\"/><q:x/>"), 2, "the prefix `q` of `q:x` is declared nowhere"),
		(format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{whole}"), 1, "it is `ISO-8859-1`"),
		(format!("<?xml encoding=\"UTF-8\"?>{whole}"), 1, "version"),
	] {
		for reading in [Reading::Strict, Reading::AsIs] {
			let said = told(&bad, reading).unwrap_err().to_string();
			assert!(said.starts_with(&format!("a: line {line}: ")) && said.contains(what), "{said}\n{bad}");
			assert!(said.contains("remedy: "), "{said}");
		}
	}
}

#[test]
fn texts_and_names_without_an_end_are_kept_from_filling_the_memory() {
	let file = |parts: &str| {
		format!(
			"<d><SubNetwork id=\"1301\"><ManagedElement id=\"A\"><NRCellDU id=\"0\"><attributes>{parts}</attributes>\
			 </NRCellDU></ManagedElement></SubNetwork></d>"
		)
	};
	// A text in any number of parts
	let text = file(&format!("<text>{}</text>", "&amp;x<!-- -->".repeat(super::MOST_TEXT)));
	let (networks, _, columns) = read_all(text.as_bytes(), true).unwrap();
	let (_, value) = &named(&columns, &networks[0].cells[0])[0];
	assert_eq!((value.len(), &value[..4]), (super::MOST_TEXT, "&x&x"));
	// Values that are all long
	let value = "x".repeat(super::MOST_TEXT);
	let values: String = (0..257).map(|n| format!("<t{}>{value}</t{0}>", n % 9)).collect();
	let failure = read_all(file(&values).as_bytes(), true).unwrap_err().to_string();
	assert!(failure.contains("station A has more than 16 MiB of values"), "{failure}");
	// Names
	let name = "n".repeat(5_000);
	let failure = read_all(file(&format!("<{name}>1</{name}>")).as_bytes(), true).unwrap_err().to_string();
	assert!(failure.contains("an attribute's name of 5000 bytes"), "{failure}");
	let far = format!("<d><ManagedElement id=\"{name}\"/></d>");
	let (_, wrong, _) = read_all(far.as_bytes(), true).unwrap();
	assert_eq!(wrong[0].cell.len(), super::MOST_SHOWN);
}

#[test]
fn what_cannot_be_placed_is_named_and_left_out() {
	let cell = "<NRCellDU id=\"0\"><attributes><nRPCI>1</nRPCI></attributes></NRCellDU>";
	let text = format!(
		"<d><ManagedElement id=\"A\">{cell}</ManagedElement><SubNetwork id=\"1301\"><ManagedElement id=\"b\">{cell}\
		 </ManagedElement><ManagedElement id=\"C\"><NRCellDU id=\"x\"/>{cell}</ManagedElement></SubNetwork></d>"
	);
	let (networks, wrong, _) = read_all(text.as_bytes(), true).unwrap();
	let whats: Vec<&str> = wrong.iter().map(|wrong| wrong.what.as_str()).collect();
	assert_eq!(
		whats,
		["the station lies in no local network", "`b` is no station code", "`x` is no number of a cell"]
	);
	assert_eq!((networks.len(), networks[0].cells.len()), (1, 1));
}

#[test]
fn neighbours_and_frequencies_that_a_station_knows_give_its_cells_no_values() {
	// As a centralised unit writes them: its own cell has no such attributes
	let external =
		object("gn:ExternalNRCellCU", "7", "<gn:nRPCI>12</gn:nRPCI><gn:cellLocalId>7</gn:cellLocalId>", "");
	let network = object(
		"gn:ExternalGNBCUCPFunction",
		"2",
		"<gn:gNBIdLength>30</gn:gNBIdLength><gn:gNBId>5</gn:gNBId>",
		&external,
	);
	let lte = object("en:ExternalENBFunction", "3", "<en:a3-Offset>9</en:a3-Offset>", "");
	let frequency = object("gn:NRFrequency", "1", "<gn:arfcnDL>630000</gn:arfcnDL>", "");
	let management = object("gn:DESManagementFunction", "1", "<gn:desSwitch>true</gn:desSwitch>", "");
	let cell = object("gn:NRCellCU", "0", "<gn:cellLocalId>0</gn:cellLocalId>", "");
	let text = station(&object(
		"gn:GNBCUCPFunction",
		"1",
		"<gn:gNBIdLength>24</gn:gNBIdLength><gn:a3-Offset>4</gn:a3-Offset>",
		&[network, external, lte, frequency, management, cell].concat(),
	));
	let told = read(&text);
	assert_eq!(told.cells, [(true, 0, "gNBIdLength=24 cellLocalId=0".to_string())]);
	// Names of the catalogue in objects of the station that are no cells are told: the function's and the management's
	assert_eq!(told.remarks, BTreeMap::from([("value_elsewhere".to_string(), 2)]));
}

#[test]
fn vendors_containers_give_values_of_the_object_they_stand_in_and_of_no_other() {
	let container = |class: &str, name: &str, within: &str| {
		format!(
			"<xn:VsDataContainer id=\"1\"><xn:attributes><xn:vsDataType>vsData{class}</xn:vsDataType>\
			 <xn:vsDataFormatVersion>1</xn:vsDataFormatVersion><es:vsData{class}><es:{name}>5</es:{name}></es:vsData{class}>\
			 </xn:attributes>{within}</xn:VsDataContainer>"
		)
	};
	let cell = format!(
		"<gn:NRCellDU id=\"0\"><gn:attributes/>{}{}{}</gn:NRCellDU>",
		container("NRCellDU", "NRPCI", ""),
		container("ExternalNRCellCU", "nRPCI", ""),
		container("EUtranFreqRelation", "a3-Offset", "")
	);
	// A vendor's own cells, without the object of the standard, are nobody's
	let vendors = container("NRCellDU", "A3OFFSET", "");
	let own = container("GNBDUFunction", "GNBIDLENGTH", &container("NRCellDU", "NRPCI", ""));
	let told = read(&station(&format!("<gn:GNBDUFunction id=\"1\">{own}{vendors}{cell}</gn:GNBDUFunction>")));
	assert_eq!(told.texts(), ["GNBIDLENGTH=5 NRPCI=5"]);
	assert_eq!(told.count(Remark::ValueElsewhere), 4);
}

#[test]
fn lists_of_plmns_are_read_in_every_form() {
	let plmn = |mnc: &str| format!("<gn:mcc>460</gn:mcc><gn:mnc>{mnc}</gn:mnc>");
	let info = |mnc: &str, slice: u32| {
		format!(
			"<gn:pLMNInfoList><gn:pLMNId>{}</gn:pLMNId><gn:sNSSAI><gn:sst>{slice}</gn:sst><gn:sd>460011</gn:sd></gn:sNSSAI>\
			 </gn:pLMNInfoList>",
			plmn(mnc)
		)
	};
	for (attributes, expected) in [
		// An element a PLMN and slice
		([info("11", 1), info("01", 1), info("11", 2)].concat(), "pLMNInfoList=46011 46001"),
		// All in one, with an item each
		(
			format!(
				"<gn:plmnInfoList><gn:PLMNId>{}</gn:PLMNId><gn:PLMNId>{}</gn:PLMNId></gn:plmnInfoList>",
				plmn("01"),
				plmn("11")
			),
			"plmnInfoList=46001 46011",
		),
		(
			"<gn:plmnInfoList>46011</gn:plmnInfoList><gn:plmnInfoList>46001</gn:plmnInfoList>".into(),
			"plmnInfoList=46011 46001",
		),
		("<gn:plmnInfoList>46011 46001</gn:plmnInfoList>".into(), "plmnInfoList=46011 46001"),
		("<gn:plmnInfoList><gn:pLMNId>46011</gn:pLMNId></gn:plmnInfoList>".into(), "plmnInfoList=46011"),
		// What cannot be read stays there to be told
		("<gn:plmnInfoList><gn:mcc>460</gn:mcc></gn:plmnInfoList>".into(), "plmnInfoList=460"),
		("<gn:plmnInfoList><gn:x>46011</gn:x></gn:plmnInfoList>".into(), "plmnInfoList={...}"),
		("<gn:plmnInfoList/>".into(), ""),
	] {
		let text = station(&object("gn:NRCellDU", "0", &attributes, ""));
		let told = read(&text);
		assert_eq!((told.texts(), told.remarks.len()), (vec![expected], 0), "{attributes}");
	}
	// That of an operator's object, or of the user plane, is none of the cell
	let operator = object("gn:NROperatorCellDU", "46011", &info("11", 1), "");
	let text = station(&object(
		"gn:GNBCUUPFunction",
		"1",
		&info("11", 1),
		&object("gn:NRCellDU", "0", "", &operator),
	));
	assert_eq!((read(&text).texts(), read(&text).count(Remark::ValueElsewhere)), (vec![""], 2));
}

#[test]
fn attributes_with_parts_are_told_and_their_parts_are_no_attributes() {
	let attributes = "<gn:nRPCI><gn:a>5</gn:a></gn:nRPCI><gn:list><gn:a3-Offset>3</gn:a3-Offset></gn:list>";
	let relation = object(
		"gn:NRCellRelation",
		"3",
		"<gn:adjacentNRCellRef><xn:dn>SubNetwork=1301,ManagedElement=B,GNBCUCPFunction=1,NRCellCU=2</xn:dn></gn:adjacentNRCellRef>",
		"",
	);
	let told = read(&station(&object("gn:NRCellDU", "0", attributes, &relation)));
	assert_eq!(
		told.texts(),
		["a=5 nRPCI={...} adjacentNRCellRef[3]=SubNetwork=1301,ManagedElement=B,GNBCUCPFunction=1,NRCellCU=2"]
	);
	assert_eq!(told.count(Remark::ValueElsewhere), 1);
}

#[test]
fn what_several_functions_give_alike_is_one_value() {
	let function = |class: &str, length: u32, cell: &str| {
		let length = format!("<gn:gNBIdLength>{length}</gn:gNBIdLength>");
		object(class, "1", &length, &object(cell, "0", "<gn:plmnInfoList>46011</gn:plmnInfoList>", ""))
	};
	let text = |other| {
		station(&format!(
			"{}{}{}",
			function("gn:GNBDUFunction", 24, "gn:NRCellDU"),
			function("gn:GNBCUCPFunction", other, "gn:NRCellCU"),
			object("gn:GNBCUUPFunction", "1", "<gn:gNBIdLength>24</gn:gNBIdLength>", "")
		))
	};
	assert_eq!(read(&text(24)).texts(), ["gNBIdLength=24 plmnInfoList=46011"]);
	assert_eq!(read(&text(25)).texts(), ["gNBIdLength=24 gNBIdLength=25 plmnInfoList=46011"]);
}

#[test]
fn carriers_give_their_values_to_the_cells_that_refer_to_them() {
	let carrier = |id: u32, power: u32| {
		let beam = object("gn:CommonBeamformingFunction", "1", "<gn:desSwitch>true</gn:desSwitch>", "");
		let attributes = format!(
			"<gn:configuredMaxTxPower>{power}</gn:configuredMaxTxPower><gn:arfcnDL>1</gn:arfcnDL><gn:txDirection>DL</gn:txDirection>"
		);
		object("gn:NRSectorCarrier", &id.to_string(), &attributes, if id == 1 { &beam } else { "" })
	};
	let cell = |id: u32, reference: &str| {
		let attributes = format!(
			"<gn:arfcnDL>630000</gn:arfcnDL><gn:nRSectorCarrierRef>{reference}</gn:nRSectorCarrierRef>"
		);
		object("gn:NRCellDU", &id.to_string(), &attributes, "")
	};
	let name = "SubNetwork=CN,SubNetwork=1301,ManagedElement=A,GNBDUFunction=1,NRSectorCarrier=1";
	let objects = [
		cell(0, name),
		cell(1, "<xn:dn>NRSectorCarrier=2</xn:dn>"),
		cell(2, "NRSectorCarrier=9"),
		carrier(1, 20_000),
		carrier(2, 40_000),
		carrier(3, 10_000),
	];
	let told = read(&station(&object("gn:GNBDUFunction", "1", "", &objects.concat())));
	assert_eq!(
		told.texts(),
		[
			"arfcnDL=630000 configuredMaxTxPower=20000 desSwitch=true",
			"arfcnDL=630000 configuredMaxTxPower=40000",
			"arfcnDL=630000"
		]
	);
	assert_eq!(
		told.remarks,
		BTreeMap::from([("value_elsewhere".to_string(), 2)]),
		"the third carrier, and the third reference"
	);
}

#[test]
fn cells_and_relations_of_two_technologies_are_told_apart() {
	let relations = |n: u32| {
		let neighbour =
			|class: &str| object(class, "0", &format!("<gn:isHOAllowed>{n}</gn:isHOAllowed>"), "");
		let frequency = |class: &str| {
			object(class, "1", &format!("<gn:cellReselectionPriority>{n}</gn:cellReselectionPriority>"), "")
		};
		[
			neighbour("gn:NRCellRelation"),
			frequency("gn:NRFreqRelation"),
			neighbour("en:EUtranRelation"),
			frequency("en:EUtranFreqRelation"),
		]
	};
	let gnb = object(
		"gn:GNBDUFunction",
		"1",
		"<gn:gNBIdLength>24</gn:gNBIdLength>",
		&object("gn:NRCellDU", "0", "<gn:nRPCI>7</gn:nRPCI>", &relations(1).concat()),
	);
	let enb = object(
		"en:ENBFunction",
		"1",
		"<en:eNBName>e</en:eNBName>",
		&object(
			"en:EUtranCellFDD",
			"0",
			"<en:physicalLayerCellId>8</en:physicalLayerCellId><en:a3-Offset>2</en:a3-Offset>",
			&relations(0).concat(),
		),
	);
	let generic =
		object("en:EUtranGenericCell", "1", "<en:administrativeState>LOCKED</en:administrativeState>", "");
	let duplex =
		object("en:EUtranCellTDD", "2", "<en:administrativeState>UNLOCKED</en:administrativeState>", "");
	let told = read(&station(&format!("{gnb}{enb}{generic}{duplex}")));
	assert_eq!(
		told.cells,
		[
			(
				false,
				0,
				"eNBName=e physicalLayerCellId=8 a3-Offset=2 isHOAllowed[0]=0 cellReselectionPriority[1]=0"
					.to_string()
			),
			(false, 1, "eNBName=e EUtranGenericCell.administrativeState=LOCKED".into()),
			(false, 2, "eNBName=e EUtranGenericCell.administrativeState=UNLOCKED".into()),
			(true, 0, "gNBIdLength=24 nRPCI=7 isHOAllowed[0]=1 cellReselectionPriority[1]=1".into()),
		]
	);
	assert_eq!(told.remarks, BTreeMap::from([("value_elsewhere".to_string(), 4)]));
}

#[test]
fn attributes_of_a_relation_are_those_of_its_kind() {
	// A relation to a cell names its frequency by an object, and a frequency's priority is none of a neighbour's
	let relation = object(
		"gn:NRCellRelation",
		"1",
		"<gn:cellReselectionPriority>3</gn:cellReselectionPriority><gn:a3-Offset>1</gn:a3-Offset><gn:isHOAllowed>true</gn:isHOAllowed>",
		"",
	);
	let told = read(&station(&object("gn:NRCellCU", "0", "", &relation)));
	assert_eq!((told.texts(), told.count(Remark::ValueElsewhere)), (vec!["isHOAllowed[1]=true"], 2));
}

#[test]
fn nobody_ends_the_reading_of_a_network_as_it_is() {
	let good = object("gn:NRCellDU", "0", "<gn:nRPCI>7</gn:nRPCI>", "");
	let refused = |text: &str| match told(text, Reading::Strict) {
		Ok(told) => told.wrong > 0,
		Err(_) => true,
	};
	let only = |text: &str, remark: Remark, times: u64| {
		let read = told(text, Reading::AsIs).unwrap();
		assert_eq!(read.remarks, BTreeMap::from([(remark.word().to_string(), times)]));
		assert!(read.wrong == 0 && refused(text));
		read
	};
	// Cells and stations that cannot be placed
	for id in ["24", "x", "", "256"] {
		let cell = object("gn:NRCellDU", id, "<gn:nRPCI>8</gn:nRPCI>", "");
		assert_eq!(only(&station(&format!("{cell}{good}")), Remark::ObjectLeftOut, 1).texts(), ["nRPCI=7"]);
	}
	for code in ["router-a", "A234567890123456789012345"] {
		let router = format!("</xn:ManagedElement><xn:ManagedElement id=\"{code}\">{good}");
		assert_eq!(only(&station(&format!("{good}{router}")), Remark::ObjectLeftOut, 1).texts(), ["nRPCI=7"]);
	}
	// Elements without an end of depth
	let deep = format!("{}{}", "<gn:x>".repeat(5_000), "</gn:x>".repeat(5_000));
	let text = station(&object("gn:NRCellDU", "0", &format!("{deep}<gn:nRPCI>7</gn:nRPCI>"), ""));
	let read = told(&text, Reading::AsIs).unwrap();
	assert!(read.texts() == ["nRPCI=7"] && read.count(Remark::ObjectLeftOut) > 4_900 && refused(&text));
	// Names that nobody knows
	let names: String = (0..9_000).map(|n| format!("<gn:x{n}>1</gn:x{n}>")).collect();
	let long = "n".repeat(5_000);
	let names = format!("{names}<gn:{long}>1</gn:{long}><gn:nRPCI>7</gn:nRPCI>");
	let text = station(&object("gn:NRCellDU", "0", &names, ""));
	let read = only(&text, Remark::Nameless, 9_000 + 1 - 4_096);
	assert!(read.texts()[0].ends_with(" nRPCI=7"));
	// More values of a station than are kept, and longer ones
	let many = "<gn:x>1</gn:x>".repeat(MOST_VALUES);
	let value = "x".repeat(super::MOST_TEXT);
	let large = format!("<gn:x>{value}</gn:x>").repeat(MOST_BYTES / value.len());
	for values in [many, large] {
		let values = object("gn:NRCellDU", "0", &format!("{values}<gn:nRPCI>7</gn:nRPCI>"), "");
		let next = format!("{values}</xn:ManagedElement><xn:ManagedElement id=\"B\">{good}");
		assert_eq!(only(&station(&next), Remark::ObjectLeftOut, 1).texts(), ["nRPCI=7"]);
	}
}

#[test]
fn relations_behind_the_last_are_counted_and_never_one() {
	let relation = |n: u32| {
		let unknown: String = (0..40).map(|k| format!("<gn:x{k}>1</gn:x{k}>")).collect();
		let attributes = format!("<gn:adjacentNRCellRef>1301/B/{}</gn:adjacentNRCellRef>{unknown}", n % 24);
		object("gn:NRCellRelation", &format!("to-{n}"), &attributes, "")
	};
	let relations: String = (0..300).map(relation).collect();
	let text = station(&object("gn:NRCellCU", "0", "", &relations));
	let read = told(&text, Reading::AsIs).unwrap();
	assert_eq!(read.remarks, BTreeMap::from([("relation_not_read".to_string(), 44)]));
	let values: Vec<&str> = read.texts()[0].split(' ').collect();
	// Attributes of relations that nobody knows are not kept, and one value stands for all that may be in any place
	assert_eq!(values.len(), 257);
	assert_eq!(
		(values[255], values[256]),
		("adjacentNRCellRef[#255]=1301/B/15", "adjacentNRCellRef[*]=1301/B/16")
	);
	// Nor is an operator that is none
	let operators: String = (0..300)
		.map(|n| object("gn:NROperatorCellDU", &format!("o{n}"), "<gn:nRTAC>5</gn:nRTAC>", ""))
		.collect();
	let text = station(&object("gn:NRCellDU", "0", "", &operators));
	assert_eq!(told(&text, Reading::AsIs).unwrap().texts(), ["nRTAC[*]=5"]);
}
