// What engines really print on /metrics, cut to the lines that matter. Each names where it is from.

/** llama-server b11669 with --metrics, after two requests of which the second found 19 tokens cached. */
export const LLAMA_SERVER = `# HELP llamacpp:prompt_tokens_total Number of prompt tokens processed, excluding cached tokens
# TYPE llamacpp:prompt_tokens_total counter
llamacpp:prompt_tokens_total 21
# HELP llamacpp:prompt_tokens_cached_total Number of prompt tokens reused from the cache
# TYPE llamacpp:prompt_tokens_cached_total counter
llamacpp:prompt_tokens_cached_total 19
# HELP llamacpp:prompt_seconds_total Total time spent processing prompts
# TYPE llamacpp:prompt_seconds_total counter
llamacpp:prompt_seconds_total 0.024714
# HELP llamacpp:tokens_predicted_total Number of generation tokens processed
# TYPE llamacpp:tokens_predicted_total counter
llamacpp:tokens_predicted_total 440
# HELP llamacpp:tokens_predicted_seconds_total Total time spent generating tokens
# TYPE llamacpp:tokens_predicted_seconds_total counter
llamacpp:tokens_predicted_seconds_total 0.258351
# HELP llamacpp:n_decode_total Total number of llama_decode() calls, excluding speculative decoding and multimodal decoding
# TYPE llamacpp:n_decode_total counter
llamacpp:n_decode_total 440
# HELP llamacpp:n_tokens_max Largest observed sequence length (prompt + generation)
# TYPE llamacpp:n_tokens_max counter
llamacpp:n_tokens_max 419
# HELP llamacpp:spec_decode_num_draft_tokens_total Speculative: Total draft tokens generated
# TYPE llamacpp:spec_decode_num_draft_tokens_total counter
llamacpp:spec_decode_num_draft_tokens_total 0
# HELP llamacpp:spec_decode_num_accepted_tokens_total Speculative: Total draft tokens accepted by the target model
# TYPE llamacpp:spec_decode_num_accepted_tokens_total counter
llamacpp:spec_decode_num_accepted_tokens_total 0
# HELP llamacpp:prompt_tokens_seconds Average prompt throughput in tokens/s
# TYPE llamacpp:prompt_tokens_seconds gauge
llamacpp:prompt_tokens_seconds 0
# HELP llamacpp:predicted_tokens_seconds Average generation throughput in tokens/s
# TYPE llamacpp:predicted_tokens_seconds gauge
llamacpp:predicted_tokens_seconds 1651.5
# HELP llamacpp:requests_processing Number of requests processing
# TYPE llamacpp:requests_processing gauge
llamacpp:requests_processing 1
# HELP llamacpp:requests_deferred Number of requests deferred
# TYPE llamacpp:requests_deferred gauge
llamacpp:requests_deferred 0
# HELP llamacpp:n_busy_slots_per_decode Average number of busy slots per llama_decode() call
# TYPE llamacpp:n_busy_slots_per_decode gauge
llamacpp:n_busy_slots_per_decode 1
`

/** Names as llama.cpp's README listed them until the middle of 2025. */
export const LLAMA_SERVER_2025 = `llamacpp:prompt_tokens_total 1000
llamacpp:tokens_predicted_total 5000
llamacpp:tokens_drafted_total 200
llamacpp:tokens_drafted_accepted_total 150
llamacpp:requests_processing 2
llamacpp:requests_deferred 1
llamacpp:kv_cache_usage_ratio 0.63
llamacpp:kv_cache_tokens 1234
`

/** vLLM since 0.10, two engines of one server (data parallel); names from its documentation of metrics. */
export const VLLM = `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 5.0
vllm:num_requests_running{engine="1",model_name="Qwen/Qwen2.5-7B-Instruct"} 3.0
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 2.0
vllm:num_requests_waiting{engine="1",model_name="Qwen/Qwen2.5-7B-Instruct"} 0.0
# HELP vllm:kv_cache_usage_perc KV-cache usage. 1 means 100 percent usage.
# TYPE vllm:kv_cache_usage_perc gauge
vllm:kv_cache_usage_perc{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 0.4
vllm:kv_cache_usage_perc{engine="1",model_name="Qwen/Qwen2.5-7B-Instruct"} 0.2
vllm:prefix_cache_queries_total{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 7000.0
vllm:prefix_cache_queries_total{engine="1",model_name="Qwen/Qwen2.5-7B-Instruct"} 1000.0
vllm:prefix_cache_queries_created{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 1.7459e+09
vllm:prefix_cache_hits_total{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 3500.0
vllm:prefix_cache_hits_total{engine="1",model_name="Qwen/Qwen2.5-7B-Instruct"} 500.0
vllm:prompt_tokens_total{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 8.128902e+06
vllm:prompt_tokens_total{engine="1",model_name="Qwen/Qwen2.5-7B-Instruct"} 98.0
vllm:generation_tokens_total{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 4400.0
vllm:generation_tokens_total{engine="1",model_name="Qwen/Qwen2.5-7B-Instruct"} 600.0
vllm:spec_decode_num_drafts_total{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 400.0
vllm:spec_decode_num_draft_tokens_total{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 1200.0
vllm:spec_decode_num_accepted_tokens_total{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 600.0
vllm:spec_decode_num_accepted_tokens_per_pos_total{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct",position="0"} 400.0
vllm:iteration_tokens_total_sum{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 12345.0
vllm:cache_config_info{block_size="16",cache_dtype="auto",enable_prefix_caching="True",engine="0",gpu_memory_utilization="0.82",num_cpu_blocks="None",num_gpu_blocks="573",sliding_window="None"} 1.0
process_start_time_seconds 1.74591e+09
`

/** vLLM before 0.9.2. */
export const VLLM_OLD = `vllm:num_requests_running{model_name="llama-3"} 4.0
vllm:num_requests_waiting{model_name="llama-3"} 1.0
vllm:num_requests_swapped{model_name="llama-3"} 0.0
vllm:gpu_cache_usage_perc{model_name="llama-3"} 0.5
vllm:cpu_cache_usage_perc{model_name="llama-3"} 0.0
vllm:gpu_prefix_cache_queries_total{model_name="llama-3"} 2000.0
vllm:gpu_prefix_cache_hits_total{model_name="llama-3"} 600.0
vllm:generation_tokens_total{model_name="llama-3"} 100.0
vllm:prompt_tokens_total{model_name="llama-3"} 1000.0
`

/** vLLM as its offline metrics are named: no suffix. */
export const VLLM_PLAIN = `vllm:num_requests_running 1
vllm:kv_cache_usage_perc 1e-1
vllm:prefix_cache_queries{worker="0"} 100
vllm:prefix_cache_hits{worker="0"} 80
vllm:spec_decode_num_draft_tokens 30
vllm:spec_decode_num_accepted_tokens 12
`

/** SGLang with --enable-metrics-for-all-schedulers: both ranks of a tensor-parallel group report the same requests. */
export const SGLANG = `# HELP sglang:prompt_tokens_total Number of prefill tokens processed.
# TYPE sglang:prompt_tokens_total counter
sglang:prompt_tokens_total{model_name="meta-llama/Llama-3.1-8B-Instruct",is_streaming="false"} 4096.0
sglang:prompt_tokens_total{model_name="meta-llama/Llama-3.1-8B-Instruct",is_streaming="true"} 4.0
sglang:generation_tokens_total{model_name="meta-llama/Llama-3.1-8B-Instruct",is_streaming="true"} 7.557572e+06
sglang:cached_tokens_total{model_name="meta-llama/Llama-3.1-8B-Instruct",cache_source="device"} 3000.0
sglang:cached_tokens_total{model_name="meta-llama/Llama-3.1-8B-Instruct",cache_source="host"} 168.0
sglang:num_running_reqs{engine_type="unified",model_name="meta-llama/Llama-3.1-8B-Instruct",pp_rank="0",tp_rank="0"} 8.0
sglang:num_running_reqs{engine_type="unified",model_name="meta-llama/Llama-3.1-8B-Instruct",pp_rank="0",tp_rank="1"} 8.0
sglang:num_queue_reqs{engine_type="unified",model_name="meta-llama/Llama-3.1-8B-Instruct",pp_rank="0",tp_rank="0"} 4.0
sglang:num_queue_reqs{engine_type="unified",model_name="meta-llama/Llama-3.1-8B-Instruct",pp_rank="0",tp_rank="1"} 4.0
sglang:num_grammar_queue_reqs{model_name="meta-llama/Llama-3.1-8B-Instruct"} 9.0
sglang:token_usage{model_name="meta-llama/Llama-3.1-8B-Instruct",tp_rank="0"} 0.28
sglang:cache_hit_rate{model_name="meta-llama/Llama-3.1-8B-Instruct",tp_rank="0"} 0.007507552643049313
sglang:gen_throughput{model_name="meta-llama/Llama-3.1-8B-Instruct",tp_rank="0"} 1234.5
`

/** Text Generation Inference. */
export const TGI = `# TYPE tgi_batch_current_size gauge
tgi_batch_current_size 4
# TYPE tgi_queue_size gauge
tgi_queue_size 7
# TYPE tgi_request_generated_tokens histogram
tgi_request_generated_tokens_bucket{le="1"} 0
tgi_request_generated_tokens_sum 8123
tgi_request_generated_tokens_count 44
tgi_request_input_length_sum 640
`
