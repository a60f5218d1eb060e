-- compatible-with: 0031-capabilities-by-kind

-- The settings page says which API key is in use, by its last characters, and since when. Keys that were made before have
-- neither. Four of 43 random characters help nobody who guesses.
alter table installation add column if not exists api_key_hint text;
alter table installation add column if not exists api_key_made_at timestamptz;
