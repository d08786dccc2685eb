-- What a person does in neovim: open a manifest, look at the problems, apply a quick fix, ask what is deployed.
-- Reads what to use from the environment and writes what it saw as JSON to WAYBILL_TEST_REPORT.
local seen = {}

local function finish()
  local report = assert(io.open(vim.env.WAYBILL_TEST_REPORT, 'w'))
  report:write(vim.json.encode(seen))
  report:close()
  vim.cmd('qall!')
end

local function run()
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.WAYBILL_TEST_FILE))
  local buffer = vim.api.nvim_get_current_buf()
  local id = vim.lsp.start_client({
    name = 'waybill',
    cmd = { vim.env.WAYBILL_TEST_NODE, vim.env.WAYBILL_TEST_SERVER, 'lsp', '--stdio' },
    root_dir = vim.env.WAYBILL_TEST_ROOT,
    init_options = { restMs = 0 },
  })
  vim.lsp.buf_attach_client(buffer, id)

  local function problems()
    return vim.tbl_map(function(problem)
      return {
        rule = problem.code,
        source = problem.source,
        severity = problem.severity,
        line = problem.lnum,
        from = problem.col,
        to = problem.end_col,
        message = problem.message,
      }
    end, vim.diagnostic.get(buffer))
  end
  local function has(rule)
    return #vim.tbl_filter(function(problem) return problem.rule == rule end, problems()) > 0
  end

  seen.came = vim.wait(20000, function() return has('tag-not-found') and has('public-image') end, 20)
  seen.before = problems()

  local params = vim.lsp.util.make_given_range_params({ 7, 13 }, { 7, 13 }, buffer, 'utf-16')
  params.context = { diagnostics = {} }
  local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, 10000) or {}
  local actions = (answers[id] or {}).result or {}
  seen.titles = vim.tbl_map(function(action) return action.title end, actions)
  for _, action in ipairs(actions) do
    if action.isPreferred then
      -- neovim resolves edits, so the fix comes without until it is chosen.
      seen.resolved = action.edit == nil
      local resolved = vim.lsp.buf_request_sync(buffer, 'codeAction/resolve', action, 10000) or {}
      vim.lsp.util.apply_workspace_edit(resolved[id].result.edit, 'utf-16')
      break
    end
  end
  seen.gone = vim.wait(20000, function() return not has('public-image') end, 20)
  seen.text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') .. '\n'

  local made = vim.lsp.buf_request_sync(buffer, 'workspace/executeCommand', {
    command = 'waybill.deployedText',
    arguments = { vim.uri_from_bufnr(buffer) },
  }, 10000) or {}
  seen.deployed = (made[id] or {}).result
end

local ok, problem = pcall(run)
if not ok then seen.problem = tostring(problem) end
finish()
