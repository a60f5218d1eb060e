type Sample = { properties: Record<string, string | number> };

const firm = (
  name: string,
  industry: string,
  city: string,
  country: string,
  employees: number,
): Sample => {
  const domain = `${name.toLowerCase().replaceAll(" ", "-")}.example`;
  return {
    properties: {
      name,
      domain,
      website_url: `https://www.${domain}`,
      industry,
      city,
      country,
      employees,
      stage: "opportunity",
    },
  };
};

/** Companies that the product has before HubSpot does. */
export const newCompanies: readonly Sample[] = [
  firm("Lantern Labs", "COMPUTER_SOFTWARE", "Lisbon", "Portugal", 220),
  firm("Harrow Freight", "LOGISTICS_AND_SUPPLY_CHAIN", "Hull", "UK", 640),
  firm("Kestrel Optics", "MEDICAL_DEVICES", "Jena", "Germany", 95),
  firm("Old Mill Bakery", "FOOD_BEVERAGES", "Ghent", "Belgium", 31),
  firm("Paper Crane Studio", "DESIGN", "Kyoto", "Japan", 12),
];

const person = (
  name: string,
  title: string,
  company: string,
): Sample & { company: string } => {
  const [first = "", last = ""] = name.split(" ");
  const at = company === "" ? "mail" : company.toLowerCase();
  return {
    company,
    properties: {
      first_name: first,
      last_name: last,
      email:
        `${first}.${last}@${at.replaceAll(" ", "-")}.example`.toLowerCase(),
      job_title: title,
      mobile_phone: "+1 555 480 3100",
      stage: "opportunity",
    },
  };
};

/** Contacts that the product has before HubSpot does, with the name of their company there. */
export const newContacts: readonly (Sample & { company: string })[] = [
  person("Marta Quint", "Head of Operations", "Lantern Labs"),
  person("Idris Vale", "Data Engineer", "Lantern Labs"),
  person("Soraya Finch", "Chief of Staff", "Lantern Labs"),
  person("Tomas Reed", "Product Manager", "Lantern Labs"),
  person("Wanda Osei", "Fleet Manager", "Harrow Freight"),
  person("Callum Bright", "Dispatcher", "Harrow Freight"),
  person("Nils Aker", "Purchasing", "Harrow Freight"),
  person("Priya Dale", "Controller", "Harrow Freight"),
  person("Greta Lind", "Optical Engineer", "Kestrel Optics"),
  person("Anton Weiss", "Managing Director", "Kestrel Optics"),
  person("Lucia Ferro", "Quality Lead", "Kestrel Optics"),
  person("Emil Sander", "Head Baker", "Old Mill Bakery"),
  person("Rosa Lemmens", "Owner", "Old Mill Bakery"),
  person("Joost Maes", "Shift Lead", "Old Mill Bakery"),
  person("Hana Mori", "Consultant", ""),
  person("Peter Lowe", "Journalist", ""),
  person("Yara Santos", "Photographer", ""),
  person("Ola Berge", "Investor", ""),
  person("Viktor Hale", "Recruiter", ""),
  person("Bea Moreau", "Translator", ""),
];
