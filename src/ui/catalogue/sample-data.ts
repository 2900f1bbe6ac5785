/** A product of the sample. `price` is a decimal text in the business's currency, stock in `unit`s. */
export interface SampleProduct {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly unit: string;
  readonly price: string;
  readonly stepQuantity: number;
  readonly stock: number;
  readonly reorderLevel: number;
}

export interface SampleCustomer {
  readonly code: string;
  readonly company: string;
  readonly contact: string;
  readonly email: string;
  readonly phone: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly country: string;
}

const product = (
  sku: string,
  name: string,
  category: string,
  unit: string,
  price: string,
  stock: number,
  reorderLevel: number,
  stepQuantity = 1,
): SampleProduct => ({ sku, name, category, unit, price, stock, reorderLevel, stepQuantity });

const [coffee, pantry, drinks, house] = ["Coffee and tea", "Pantry", "Drinks", "Household"] as const;

/** 24 invented products in four categories. All SKUs begin with `DEMO-`. */
export const sampleProducts: readonly SampleProduct[] = [
  product("DEMO-101", "Lighthouse Roast, whole bean", coffee, "kg bag", "14.80", 64, 20),
  product("DEMO-102", "Lighthouse Roast, ground", coffee, "kg bag", "15.20", 48, 20),
  product("DEMO-103", "Night Ferry Espresso", coffee, "kg bag", "17.50", 31, 15),
  product("DEMO-104", "Morning Tide Breakfast Tea", coffee, "box of 100", "6.90", 120, 30),
  product("DEMO-105", "Saltmarsh Mint Infusion", coffee, "box of 50", "5.40", 18, 24),
  product("DEMO-106", "Hearthside Drinking Chocolate", coffee, "tin", "7.25", 40, 12),
  product("DEMO-201", "Millbrook Strong Flour", pantry, "10 kg sack", "11.60", 55, 15),
  product("DEMO-202", "Long Acre Basmati", pantry, "5 kg sack", "13.90", 37, 10),
  product("DEMO-203", "Three Hills Olive Oil", pantry, "5 l can", "38.50", 22, 8),
  product("DEMO-204", "Sun Terrace Tomatoes, peeled", pantry, "tray of 12", "15.84", 60, 20),
  product("DEMO-205", "Copper Kettle Plum Jam", pantry, "case of 6", "16.20", 27, 10),
  product("DEMO-206", "Grey Heron Sea Salt", pantry, "kg tub", "4.15", 90, 20),
  product("DEMO-301", "Fernbank Still Water", drinks, "crate of 12", "7.80", 144, 48),
  product("DEMO-302", "Fernbank Sparkling Water", drinks, "crate of 12", "7.95", 132, 48),
  product("DEMO-303", "Old Orchard Apple Juice", drinks, "case of 6", "12.30", 58, 18),
  product("DEMO-304", "Bramble Lane Lemonade", drinks, "case of 12", "18.60", 35, 12),
  product("DEMO-305", "Quarry Ginger Beer", drinks, "case of 12", "19.20", 9, 12),
  product("DEMO-306", "Evening Shore Tonic", drinks, "case of 24", "21.60", 41, 12),
  product("DEMO-401", "Clearwater Dish Liquid", house, "5 l can", "9.75", 33, 10),
  product("DEMO-402", "Broad Street Paper Towels", house, "pack of 24", "22.40", 44, 12),
  product("DEMO-403", "Linen Room Napkins, white", house, "pack of 500", "13.05", 70, 20),
  product("DEMO-404", "Stout Refuse Sacks, 120 l", house, "roll of 25", "5.85", 85, 24),
  product("DEMO-405", "Kitchen Guard Gloves, medium", house, "box of 100", "6.35", 52, 20, 5),
  product("DEMO-406", "Long Match Candles", house, "box of 40", "10.99", 26, 8, 2),
];

const customer = (
  code: string,
  company: string,
  contact: string,
  street: string,
  postalCode: string,
  city: string,
): SampleCustomer => ({
  code,
  company,
  contact,
  street,
  postalCode,
  city,
  country: "",
  email: `${contact.split(" ")[0]?.toLowerCase() ?? "office"}@${code.toLowerCase()}.example`,
  phone: "",
});

/** 6 invented customers. All codes begin with `DEMO-`. */
export const sampleCustomers: readonly SampleCustomer[] = [
  customer("DEMO-HARB", "Harbour Light Café", "Orla Byrne", "3 Quay Street", "H91 D2", "Port Ardan"),
  customer("DEMO-OLDM", "The Old Mill Inn", "Tomas Reinholt", "12 Weir Lane", "4410", "Brookfield"),
  customer("DEMO-CORN", "Corner Shop Madaki", "Ife Madaki", "88 Station Road", "2207", "Eastgate"),
  customer("DEMO-VELO", "Vélo Bistro", "Camille Armand", "5 place du Lavoir", "21300", "Saint-Aubry"),
  customer("DEMO-GART", "Gartenhaus Lindner", "Jule Lindner", "Uferweg 27", "78462", "Seedorf"),
  customer("DEMO-NORD", "Nordlys Bakery", "Signe Dahl", "Havnegata 9", "9008", "Langnes"),
];
