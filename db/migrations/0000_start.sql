CREATE TABLE `agent_engines` (
	`agent_id` text NOT NULL,
	`engine` text NOT NULL,
	`installed` integer NOT NULL,
	`running` integer NOT NULL,
	`version` text DEFAULT '' NOT NULL,
	`binary_path` text DEFAULT '' NOT NULL,
	`checked_at` integer NOT NULL,
	PRIMARY KEY(`agent_id`, `engine`),
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `agent_settings` (
	`agent_id` text NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`agent_id`, `key`),
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `agents` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`named` integer DEFAULT true NOT NULL,
	`hostname` text DEFAULT '' NOT NULL,
	`port` integer,
	`status` text NOT NULL,
	`current_task` text,
	`schedulable` integer DEFAULT true NOT NULL,
	`notes` text DEFAULT '' NOT NULL,
	`tags` text DEFAULT '[]' NOT NULL,
	`gpu_info` text DEFAULT '' NOT NULL,
	`gpu_count` integer DEFAULT 0 NOT NULL,
	`cpu_info` text DEFAULT '' NOT NULL,
	`cpu_arch` text DEFAULT '' NOT NULL,
	`ram_gb` real,
	`environment_type` text DEFAULT '' NOT NULL,
	`fingerprint` text DEFAULT '' NOT NULL,
	`kitt_version` text DEFAULT '' NOT NULL,
	`capabilities` text DEFAULT '[]' NOT NULL,
	`hardware_details` text DEFAULT '' NOT NULL,
	`gpu_utilization_pct` real,
	`gpu_memory_used_gb` real,
	`storage_gb_free` real,
	`uptime_s` real,
	`boot_id` text,
	`heartbeat_interval_s` integer DEFAULT 30 NOT NULL,
	`last_seen_at` integer,
	`registered_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_name_unique` ON `agents` (`name`);--> statement-breakpoint
CREATE INDEX `agents_status` ON `agents` (`status`,`last_seen_at`);--> statement-breakpoint
CREATE TABLE `attempts` (
	`test_id` text NOT NULL,
	`n` integer NOT NULL,
	`command_id` text NOT NULL,
	`wire_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`state` text NOT NULL,
	`offered_at` integer NOT NULL,
	`acked_at` integer,
	`running_at` integer,
	`last_activity_at` integer NOT NULL,
	`lease_until` integer NOT NULL,
	`ended_at` integer,
	`stale_status` text,
	`result_digest` text,
	`result_id` text,
	`log_lines` integer DEFAULT 0 NOT NULL,
	`log_bytes` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`test_id`, `n`),
	FOREIGN KEY (`test_id`) REFERENCES `quick_tests`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_command_id_unique` ON `attempts` (`command_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_wire_id_unique` ON `attempts` (`wire_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_live` ON `attempts` (`agent_id`) WHERE state in ('offered', 'running');--> statement-breakpoint
CREATE INDEX `attempts_agent` ON `attempts` (`agent_id`,`state`);--> statement-breakpoint
CREATE TABLE `campaign_cells` (
	`campaign_id` text NOT NULL,
	`idx` integer NOT NULL,
	`spec` text NOT NULL,
	`test_id` text,
	`status` text NOT NULL,
	`reason` text,
	`tries` integer DEFAULT 0 NOT NULL,
	`attempt` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`campaign_id`, `idx`),
	FOREIGN KEY (`campaign_id`) REFERENCES `campaigns`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `campaign_cells_status` ON `campaign_cells` (`campaign_id`,`status`);--> statement-breakpoint
CREATE TABLE `campaigns` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`agent_id` text,
	`config` text NOT NULL,
	`status` text NOT NULL,
	`error` text,
	`waiting_for` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`completed_at` integer
);
--> statement-breakpoint
CREATE INDEX `campaigns_status` ON `campaigns` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `campaigns_created` ON `campaigns` (`created_at`);--> statement-breakpoint
CREATE TABLE `commands` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`type` text NOT NULL,
	`payload` text NOT NULL,
	`status` text NOT NULL,
	`error` text,
	`offers` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	`ended_at` integer,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `commands_agent` ON `commands` (`agent_id`,`status`,`created_at`);--> statement-breakpoint
CREATE TABLE `documents` (
	`run_seq` integer PRIMARY KEY NOT NULL,
	`head` text NOT NULL,
	`tail` text NOT NULL,
	`raw_json` text,
	FOREIGN KEY (`run_seq`) REFERENCES `runs`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `engine_profiles` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`engine` text NOT NULL,
	`mode` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`build_config` text NOT NULL,
	`runtime_config` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `engine_profiles_name_unique` ON `engine_profiles` (`name`);--> statement-breakpoint
CREATE INDEX `engine_profiles_created` ON `engine_profiles` (`created_at`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`type` text NOT NULL,
	`source_id` text NOT NULL,
	`parent_id` text,
	`data` text NOT NULL,
	`at` integer NOT NULL,
	`wire_id` text,
	`seq` integer
);
--> statement-breakpoint
CREATE INDEX `events_source` ON `events` (`source_id`,`id`);--> statement-breakpoint
CREATE INDEX `events_parent` ON `events` (`parent_id`,`id`) WHERE parent_id is not null;--> statement-breakpoint
CREATE INDEX `events_at` ON `events` (`at`) WHERE type not in ('log', 'stale_log');--> statement-breakpoint
CREATE UNIQUE INDEX `events_seq` ON `events` (`wire_id`,`seq`) WHERE seq is not null;--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`key` text NOT NULL,
	`route` text NOT NULL,
	`body_digest` text NOT NULL,
	`answer` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`key`, `route`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_created` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `leaders` (
	`name` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`epoch` integer NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `metrics` (
	`run_seq` integer NOT NULL,
	`benchmark` text NOT NULL,
	`run_number` integer NOT NULL,
	`name` text NOT NULL,
	`value` real NOT NULL,
	`headline` integer NOT NULL,
	`model` text,
	FOREIGN KEY (`run_seq`) REFERENCES `runs`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `metrics_run` ON `metrics` (`run_seq`,`name`);--> statement-breakpoint
CREATE INDEX `metrics_headline` ON `metrics` (`name`,`value`,`run_seq`) WHERE headline = 1;--> statement-breakpoint
CREATE INDEX `metrics_model` ON `metrics` (`name`,`model`,`value`,`run_seq`) WHERE headline = 1;--> statement-breakpoint
CREATE TABLE `quick_tests` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`agent_name` text NOT NULL,
	`model_path` text NOT NULL,
	`engine_name` text NOT NULL,
	`benchmark_name` text NOT NULL,
	`suite_name` text NOT NULL,
	`engine_mode` text NOT NULL,
	`profile_id` text,
	`options` text,
	`status` text NOT NULL,
	`error` text,
	`attempt` integer DEFAULT 0 NOT NULL,
	`rank` integer DEFAULT 1 NOT NULL,
	`progress` text,
	`campaign_id` text,
	`cell_idx` integer,
	`result_id` text,
	`created_at` integer NOT NULL,
	`queued_at` integer NOT NULL,
	`started_at` integer,
	`completed_at` integer
);
--> statement-breakpoint
CREATE INDEX `quick_tests_queue` ON `quick_tests` (`agent_id`,`status`,`rank`,`created_at`);--> statement-breakpoint
CREATE INDEX `quick_tests_status` ON `quick_tests` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `quick_tests_created` ON `quick_tests` (`created_at`);--> statement-breakpoint
CREATE INDEX `quick_tests_agent` ON `quick_tests` (`agent_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `quick_tests_agent_name` ON `quick_tests` (`agent_name`,`created_at`);--> statement-breakpoint
CREATE INDEX `quick_tests_campaign` ON `quick_tests` (`campaign_id`,`cell_idx`);--> statement-breakpoint
CREATE INDEX `quick_tests_result` ON `quick_tests` (`result_id`);--> statement-breakpoint
CREATE INDEX `quick_tests_no_result` ON `quick_tests` (`completed_at`) WHERE status = 'completed' and result_id is null and error is null;--> statement-breakpoint
CREATE TABLE `runs` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`model` text NOT NULL,
	`engine` text NOT NULL,
	`suite_name` text NOT NULL,
	`timestamp` integer NOT NULL,
	`passed` integer,
	`gpu_model` text DEFAULT '' NOT NULL,
	`agent_id` text,
	`quick_test_id` text,
	`campaign_id` text,
	`simulated` integer NOT NULL,
	`digest` text NOT NULL,
	`received_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `runs_id_unique` ON `runs` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `runs_test` ON `runs` (`quick_test_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `runs_digest` ON `runs` (`agent_id`,`digest`) WHERE quick_test_id is null;--> statement-breakpoint
CREATE INDEX `runs_timestamp` ON `runs` (`timestamp`);--> statement-breakpoint
CREATE INDEX `runs_model` ON `runs` (`model`,`timestamp`);--> statement-breakpoint
CREATE INDEX `runs_engine` ON `runs` (`engine`,`timestamp`);--> statement-breakpoint
CREATE INDEX `runs_model_engine` ON `runs` (`model`,`engine`,`timestamp`);--> statement-breakpoint
CREATE INDEX `runs_suite` ON `runs` (`suite_name`,`timestamp`);--> statement-breakpoint
CREATE INDEX `runs_agent` ON `runs` (`agent_id`,`timestamp`);--> statement-breakpoint
CREATE INDEX `runs_campaign` ON `runs` (`campaign_id`,`timestamp`);--> statement-breakpoint
CREATE INDEX `runs_passed` ON `runs` (`passed`,`timestamp`);--> statement-breakpoint
CREATE INDEX `runs_simulated` ON `runs` (`simulated`,`timestamp`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`prefix` text NOT NULL,
	`agent_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `tokens_agent` ON `tokens` (`agent_id`);