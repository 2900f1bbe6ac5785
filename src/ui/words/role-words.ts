/** What roles are called, and what they may do. */
export const roleWords = {
  owner: { name: "Owner", text: "Everything, including devices, products and settings." },
  rep: { name: "Sales", text: "Takes orders, adds and changes customers." },
  warehouse: { name: "Warehouse", text: "Marks orders as shipped, counts and receives stock." },
  service: { name: "Another program", text: "Only reads." },
} as const;
