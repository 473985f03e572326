-- Health of every kind of proton-operator.dev for Argo CD.
-- A generation that the operator has not looked at yet is Progressing, whatever the older conditions say.
local health = { status = "Progressing", message = "Waiting for proton-operator to look at this generation." }

if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return health
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions or {}) do
  conditions[condition.type] = condition
end

local ready = conditions.Ready
if ready == nil then
  return health
end

local function is_true(name)
  return conditions[name] ~= nil and conditions[name].status == "True"
end

health.message = ready.reason .. ": " .. ready.message
if is_true("Stalled") then
  health.status = "Degraded"
elseif obj.metadata.deletionTimestamp == nil and ready.status == "True" then
  health.status = "Healthy"
elseif ready.reason == "Suspended" or ready.reason == "DeletionSuspended" then
  health.status = "Suspended"
end
return health
