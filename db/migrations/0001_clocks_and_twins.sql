ALTER TABLE `agents` ADD `boot_host` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` ADD `other_boot` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `clock_offset_ms` integer;--> statement-breakpoint
ALTER TABLE `runs` ADD `clock_offset_ms` integer;